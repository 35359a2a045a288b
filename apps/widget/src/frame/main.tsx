import { chooseLocale, LOCALES } from '@alongside/contracts';
import { mountApp, storedLocale } from '@alongside/ui';
import en from '../locales/en.json' with { type: 'json' };
import zh from '../locales/zh-CN.json' with { type: 'json' };
import { applyBrandColour } from './brand-colour.ts';
import { createHostLink } from './host-link.ts';
import './page.css';
import { WidgetApp } from './WidgetApp.tsx';

const link = createHostLink(window);

// The first words already in the host page's language and colours: nothing is drawn before it has spoken.
const stop = link.subscribe(start);
function start(): void {
  const host = link.getSnapshot();
  if (!host) return;
  stop();
  const wanted = host.locale ?? '';
  const locale = LOCALES.find((known) => known === wanted) ?? (wanted ? chooseLocale([wanted]) : storedLocale());
  applyBrandColour(document.documentElement, host.color);
  mountApp(<WidgetApp link={link} />, {
    catalogues: { widget: { en, 'zh-CN': zh } },
    locale,
    theme: host.theme,
  });
}
start();
