import { mountApp, PROMISE_TEXTS } from '@alongside/ui';
import { App } from './App.tsx';
import clockEnglish from './clock/locales/en.json' with { type: 'json' };
import clockChinese from './clock/locales/zh-CN.json' with { type: 'json' };
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };
import { ACKNOWLEDGE_PATH, AcknowledgePage } from './oncall/AcknowledgePage.tsx';
import oncallEnglish from './oncall/locales/en.json' with { type: 'json' };
import oncallChinese from './oncall/locales/zh-CN.json' with { type: 'json' };
import routingEnglish from './routing/locales/en.json' with { type: 'json' };
import routingChinese from './routing/locales/zh-CN.json' with { type: 'json' };
import plansEnglish from './plans/locales/en.json' with { type: 'json' };
import plansChinese from './plans/locales/zh-CN.json' with { type: 'json' };

// Whoever acknowledges from a mail need not be signed in.
const isAcknowledging = location.pathname === ACKNOWLEDGE_PATH;

mountApp(isAcknowledging ? <AcknowledgePage /> : <App />, {
  catalogues: {
    clock: { en: clockEnglish, 'zh-CN': clockChinese },
    console: { en: english, 'zh-CN': chinese },
    plans: { en: plansEnglish, 'zh-CN': plansChinese },
    promise: PROMISE_TEXTS,
    oncall: { en: oncallEnglish, 'zh-CN': oncallChinese },
    routing: { en: routingEnglish, 'zh-CN': routingChinese },
  },
});
