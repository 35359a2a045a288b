/** A step of a contract's credits: below this attainment, this percentage of the fee is owed. */
export type CreditTier = {
  /** A share of 0 to 1, as it is written in the contract: 0.99. Read as that decimal, never as its binary neighbour. */
  below: number;
  /** Percentage of the fee, 0 to 100. */
  percent: number;
};

/** How often a promise was kept, in counts. */
export type Attainment = { met: number; total: number };
