import { AboutWebrtcPage } from './about-webrtc-page.ts';
import { HtmlTrouble, walkHtml } from './html-walk.ts';
import type { Reader } from './reader.ts';

/**
 * Reads the page that “Save Page” of Firefox's about:webrtc writes (toolkit/content/aboutwebrtc/aboutWebrtc.mjs; any of
 * those since Firefox 98, whose texts carry their ids): its peer connections as they stood at that moment, and its log.
 */
export const aboutWebrtc: Reader = {
  format: 'about_webrtc',
  // Firefox writes of each character the lower byte alone: its signs and, but for English, its words are no text then.
  holdsBrokenText: true,
  recognises: (head) => /^\s*</.test(head) && /\bdata-l10n-id="about-webrtc-/.test(head),
  async read(bytes, into) {
    const page = new AboutWebrtcPage(into);
    try {
      await walkHtml(bytes, page);
    } catch (thrown) {
      if (!(thrown instanceof HtmlTrouble)) throw thrown;
      into.problem(thrown.code, thrown.place);
    }
    page.end();
  },
};
