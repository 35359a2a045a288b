import type { Priority, Target } from '@alongside/contracts';

export type StatementsTables = {
  /** The names on a statement that is final, as they were when it was first made. */
  statementHeading: { organisationId: string; month: string; organisationName: string; issuer: string };
  /** What the report counts of a ticket. This and the tables below are derived from the log. */
  ticketMeasure: {
    ticketId: string;
    /** Of the way of measuring; see MEASURE_VERSION. */
    version: number;
    /** Up to which event of the ticket's log. */
    seq: number;
    counted: boolean;
    organisationId: string | null;
    priority: Priority;
    topic: string | null;
    assigneeId: string | null;
    openedAt: Date;
    firstSolvedAt: Date | null;
    solvedAt: Date | null;
    resolveMs: number | null;
    answersToSolve: number;
    reopened: number;
    score: number | null;
    ratedAt: Date | null;
  };
  ticketTurn: {
    ticketId: string;
    n: number;
    kind: 'first' | 'next';
    answeredAt: Date;
    waitMs: number;
    answeredBy: string;
  };
  /** Stretches in which a ticket was neither solved nor closed. */
  ticketOpenSpan: { ticketId: string; n: number; fromAt: Date; toAt: Date | null };
  /** Promises that were decided. */
  ticketCycle: {
    ticketId: string;
    cycleId: string;
    target: Target;
    priority: Priority;
    decidedAt: Date;
    met: boolean;
    keptBy: string | null;
  };
};
