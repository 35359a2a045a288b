import { z } from 'zod';
import { Id } from '../actors.ts';
import { Locale } from '../locale.ts';
import { Report, ReportDimension, ReportFigure, ReportGroup, ReportScope, ReportTicket } from '../reports.ts';
import { route } from '../route.ts';
import { Month, Statement, StatementMonth, StatementSummary } from '../statements.ts';

const OfMonth = z.strictObject({ organisationId: Id, month: Month });
/** The language of the words in a file; the reader's unless said. `as` names the side, where a browser has sessions of both. */
const FileQuery = z.strictObject({ locale: Locale.optional(), as: z.enum(['staff', 'customer']).optional() });

/** The reply of a route that answers with a file. */
const File = z.string();

export const listStatementOrganisations = route({
  method: 'GET',
  path: '/api/statements',
  access: 'lead',
  rate: 'read',
  summary: 'The organisations under contract in a month, each with what its statement comes to.',
  query: z.strictObject({ month: Month.optional() }),
  reply: z.strictObject({
    month: Month,
    /** Those with a statement of any organisation, latest first. */
    months: z.array(Month),
    organisations: z.array(z.strictObject({ id: Id, name: z.string(), ...StatementSummary.shape })),
  }),
});

export const listStatements = route({
  method: 'GET',
  path: '/api/statements/:organisationId',
  access: 'person',
  rate: 'read',
  summary: 'The months an organisation has statements of, latest first. Leads see all, customers their own.',
  params: z.strictObject({ organisationId: Id }),
  reply: z.strictObject({
    organisation: z.strictObject({ id: Id, name: z.string() }),
    months: z.array(StatementMonth),
  }),
});

export const listStatementSummaries = route({
  method: 'GET',
  path: '/api/statements/:organisationId/summaries',
  access: 'person',
  rate: 'read',
  summary: 'What an organisation’s statements come to, latest first, twelve at a time.',
  params: z.strictObject({ organisationId: Id }),
  query: z.strictObject({ before: Month.optional() }),
  reply: z.strictObject({ summaries: z.array(StatementSummary), more: z.boolean() }),
});

export const getStatement = route({
  method: 'GET',
  path: '/api/statements/:organisationId/:month',
  access: 'person',
  rate: 'read',
  summary:
    'What was promised to an organisation in a month and what was kept, computed from the log. A month that is over always gives the same.',
  params: OfMonth,
  reply: z.strictObject({ statement: Statement }),
});

export const downloadStatementCsv = route({
  method: 'GET',
  path: '/api/statements/:organisationId/:month.csv',
  access: 'person',
  rate: 'read',
  summary: 'The statement’s targets as CSV (RFC 4180, UTF-8 with a byte order mark).',
  params: OfMonth,
  query: FileQuery,
  reply: File,
});

export const downloadStatementPdf = route({
  method: 'GET',
  path: '/api/statements/:organisationId/:month.pdf',
  access: 'person',
  rate: 'read',
  summary: 'The statement as PDF; a month that is over always gives the same bytes.',
  params: OfMonth,
  query: FileQuery,
  reply: File,
});

const GroupQuery = z.strictObject({ ...ReportScope.shape, by: ReportDimension });
const TicketsQuery = z.strictObject({ ...ReportScope.shape, figure: ReportFigure });

export const getReport = route({
  method: 'GET',
  path: '/api/reports',
  access: 'lead',
  rate: 'read',
  summary:
    'The team’s figures of a period, over time, and of the period before. docs/generated/figures.md tells how each is counted.',
  query: ReportScope,
  reply: z.strictObject({ report: Report }),
});

export const getReportGroups = route({
  method: 'GET',
  path: '/api/reports/groups',
  access: 'lead',
  rate: 'read',
  summary: 'The team’s figures of a period by customer, priority, engineer or topic.',
  query: GroupQuery,
  reply: z.strictObject({ groups: z.array(ReportGroup) }),
});

export const downloadReportGroups = route({
  method: 'GET',
  path: '/api/reports/groups.csv',
  access: 'lead',
  rate: 'read',
  summary: 'The figures by customer, priority, engineer or topic as CSV.',
  query: z.strictObject({ ...GroupQuery.shape, ...FileQuery.shape }),
  reply: File,
});

export const listReportTickets = route({
  method: 'GET',
  path: '/api/reports/tickets',
  access: 'lead',
  rate: 'read',
  summary: 'The tickets behind a figure, latest first, at most 200 at a time.',
  query: z.strictObject({
    ...TicketsQuery.shape,
    offset: z.coerce.number().int().nonnegative().max(1_000_000).default(0),
  }),
  reply: z.strictObject({ tickets: z.array(ReportTicket), total: z.number().int() }),
});

export const downloadReportTickets = route({
  method: 'GET',
  path: '/api/reports/tickets.csv',
  access: 'lead',
  rate: 'read',
  summary: 'All tickets behind a figure as CSV.',
  query: z.strictObject({ ...TicketsQuery.shape, ...FileQuery.shape }),
  reply: File,
});
