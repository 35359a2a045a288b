/** Stands in the address for a calendar or plan that is not saved yet. */
export const NEW_ITEM = 'new';
