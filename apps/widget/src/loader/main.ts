import type { OpenRequest } from '../protocol.ts';
import { createAlongside } from './commands.ts';
import { DEFAULT_SETTINGS, readSettings } from './settings.ts';
import { createWidget } from './widget.ts';

type HostWindow = { Alongside?: unknown };

/** Only a classic script knows where it came from; that is also how hosts are told to embed it. */
const script = document.currentScript as HTMLScriptElement | null;

function start(source: HTMLScriptElement): void {
  const page = window as unknown as HostWindow;
  const address = new URL('./', source.src);
  const widget = createWidget(address, readSettings({ ...source.dataset }, DEFAULT_SETTINGS));
  const early = page.Alongside;
  page.Alongside = createAlongside(
    {
      open: (request?: OpenRequest) => widget.open(request ?? {}),
      close: widget.close,
      identify: (identity) => widget.configure({ identity }),
      context: widget.setContext,
      configure: widget.configure,
      on: widget.on,
      watch: widget.watch,
      shutdown: () => {
        widget.shutdown();
        delete page.Alongside;
        delete source.dataset.alongside;
      },
    },
    early,
  );
}

// Embedded twice (a tag manager and a template, say): one widget is enough.
if (script && !document.querySelector('script[data-alongside]')) {
  script.dataset.alongside = '';
  if (document.body) start(script);
  else document.addEventListener('DOMContentLoaded', () => start(script), { once: true });
}
