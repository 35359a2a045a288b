/** The programs of Jitsi's servers, by the names they give when they come to an rtcstats server. */
const SERVERS = /\\?"applicationName\\?"\s*:\s*\\?"(?:JVB|Jicofo|Jigasi|Jibri)\\?"/i;

/**
 * Servers of Jitsi send dumps of their own to the same rtcstats server as browsers do, in the same family of files
 * (jitsi/rtcstats-server, src/test/dumps): what they hold are the server's own counters, not what a browser measured.
 * @param head the first bytes as text
 */
export const isServerDump = (head: string): boolean => /^\s*[[{]/.test(head) && SERVERS.test(head);
