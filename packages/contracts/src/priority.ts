import { z } from 'zod';

/** P0 production down, P1 serious, P2 ordinary, P3 question. */
export const PRIORITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;
