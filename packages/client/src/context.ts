import type { TicketContext } from '@alongside/contracts';

export type HostContext = Pick<TicketContext, 'appVersion' | 'custom' | 'pageUrl' | 'pageTitle'>;

export declare function collectContext(host?: HostContext): Promise<TicketContext>;
