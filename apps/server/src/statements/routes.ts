import * as contracts from '@alongside/contracts';
import { AppError, type Locale, type Month, type Statement } from '@alongside/contracts';
import { monthAt, monthsSince, statementForCustomer } from '@alongside/desk';
import { cleanFileName, contentDisposition } from '../files/file-name.ts';
import { loadWorkspace } from '../people/queries.ts';
import type { Caller } from '../platform/http/caller.ts';
import { type FileAnswer, fileRoute, route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { organisationFor } from './access.ts';
import { statementOf } from './make-statement.ts';
import { presentStatement, presentSummary } from './present.ts';
import { findContractOrganisations, findContractStates } from './queries.ts';
import { findBehind, makeGroups, makeReport } from './report.ts';
import { groupsCsv, ticketsCsv } from './report-csv.ts';
import { statementCsv } from './statement-csv.ts';
import { statementPdf } from './statement-pdf.ts';
import { WORDS } from './words.ts';

const SUMMARIES_AT_ONCE = 12;
const TICKETS_PER_PAGE = 200;
/** More tickets than this behind one figure are not for a spreadsheet. */
const TICKETS_IN_FILE = 100_000;

type Deps = Pick<Platform, 'app' | 'db'> & { now(): Date };

/** Statements for leads and customers, the report for leads. */
export function registerStatementRoutes(deps: Deps): void {
  registerStatements(deps);
  registerReports(deps);
}

function registerStatements({ app, db, now }: Deps): void {
  /** @throws AppError `forbidden`, `not_found` */
  async function statementFor(
    caller: Caller,
    { organisationId, month }: { organisationId: string; month: Month },
  ): Promise<Statement> {
    const organisation = await organisationFor(db, caller, organisationId);
    const months = await monthsOf(organisation.id);
    const statement = months.some((known) => known.month === month)
      ? await statementOf(db, organisation, month, now())
      : null;
    if (!statement) throw new AppError('not_found');
    return presentStatement(statement, caller);
  }

  /** As it goes into a file: for whoever asks the same one, which can be handed on without the team's words. */
  async function fileFor(caller: Caller, params: { organisationId: string; month: Month }): Promise<Statement> {
    return statementForCustomer(await statementFor(caller, params));
  }

  /** From the month in which the first contract began. */
  async function monthsOf(organisationId: string) {
    const contracts = await findContractStates(db, organisationId);
    const since = contracts.map(({ validFrom }) => validFrom).toSorted()[0];
    return since === undefined ? [] : monthsSince(since, now().toISOString(), contracts);
  }

  route(app, contracts.listStatementOrganisations, async ({ query }) => {
    const month = query.month ?? monthAt(now().toISOString(), []);
    const organisations = [];
    const known = new Set<Month>();
    for (const organisation of await findContractOrganisations(db)) {
      const months = await monthsOf(organisation.id);
      for (const each of months) known.add(each.month);
      if (!months.some((each) => each.month === month)) continue;
      const statement = (await statementOf(db, organisation, month, now()))!;
      organisations.push({ ...organisation, ...presentSummary(statement) });
    }
    return { month, months: [...known].sort().reverse(), organisations };
  });

  route(app, contracts.listStatements, async ({ params, caller }) => {
    const organisation = await organisationFor(db, caller, params.organisationId);
    return { organisation, months: await monthsOf(organisation.id) };
  });

  route(app, contracts.listStatementSummaries, async ({ params, query, caller }) => {
    const organisation = await organisationFor(db, caller, params.organisationId);
    const months = await monthsOf(organisation.id);
    const wanted = months.filter(({ month }) => query.before === undefined || month < query.before);
    const summaries = [];
    for (const { month } of wanted.slice(0, SUMMARIES_AT_ONCE))
      summaries.push(presentSummary((await statementOf(db, organisation, month, now()))!));
    return { summaries, more: wanted.length > SUMMARIES_AT_ONCE };
  });

  route(app, contracts.getStatement, async ({ params, caller }) => ({ statement: await statementFor(caller, params) }));

  fileRoute(app, contracts.downloadStatementCsv, async ({ params, query, caller }) => {
    const [locale, statement] = [query.locale ?? caller.locale, await fileFor(caller, params)];
    return answer(statementCsv(statement, locale), fileName(statement, locale), 'csv');
  });

  fileRoute(app, contracts.downloadStatementPdf, async ({ params, query, caller }) => {
    const [locale, statement] = [query.locale ?? caller.locale, await fileFor(caller, params)];
    return answer(await statementPdf(statement, locale), fileName(statement, locale), 'pdf');
  });
}

function registerReports({ app, db, now }: Deps): void {
  route(app, contracts.getReport, async ({ query, caller }) => ({
    report: await makeReport(db, query, caller.locale, now()),
  }));

  route(app, contracts.getReportGroups, async ({ query, caller }) => {
    const { by, ...scope } = query;
    return { groups: await makeGroups(db, scope, by, caller.locale, now()) };
  });

  fileRoute(app, contracts.downloadReportGroups, async ({ query, caller }) => {
    const { by, locale = caller.locale, as: _, ...scope } = query;
    const groups = await makeGroups(db, scope, by, caller.locale, now());
    const { topics } = await loadWorkspace(db);
    return answer(groupsCsv(by, groups, topics, locale), `report-${by}-${scope.from}-${scope.to}`, 'csv');
  });

  route(app, contracts.listReportTickets, async ({ query, caller }) => {
    const { figure, offset, ...scope } = query;
    return findBehind(db, scope, figure, { offset, limit: TICKETS_PER_PAGE }, caller.locale, now());
  });

  fileRoute(app, contracts.downloadReportTickets, async ({ query, caller }) => {
    const { figure, locale = caller.locale, as: _, ...scope } = query;
    const page = { offset: 0, limit: TICKETS_IN_FILE };
    const { tickets } = await findBehind(db, scope, figure, page, caller.locale, now());
    return answer(
      ticketsCsv(figure, tickets, scope.timeZone, locale),
      `report-${figure}-${scope.from}-${scope.to}`,
      'csv',
    );
  });
}

const TYPES = { csv: 'text/csv; charset=utf-8', pdf: 'application/pdf' };

function answer(content: Buffer, name: string, kind: keyof typeof TYPES): FileAnswer {
  const disposition = contentDisposition('attachment', cleanFileName(`${name}.${kind}`));
  return { type: TYPES[kind], disposition, content };
}

function fileName({ organisation, month }: Statement, locale: Locale): string {
  return `${WORDS.statement[locale]} ${organisation.name} ${month}`;
}
