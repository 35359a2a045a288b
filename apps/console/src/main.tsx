import { mountApp, PROMISE_TEXTS, STATEMENT_TEXTS } from '@alongside/ui';
import { App } from './App.tsx';
import catalogueEnglish from './catalogue/locales/en.json' with { type: 'json' };
import catalogueChinese from './catalogue/locales/zh-CN.json' with { type: 'json' };
import clockEnglish from './clock/locales/en.json' with { type: 'json' };
import clockChinese from './clock/locales/zh-CN.json' with { type: 'json' };
import drillsEnglish from './drills/locales/en.json' with { type: 'json' };
import drillsChinese from './drills/locales/zh-CN.json' with { type: 'json' };
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };
import { ACKNOWLEDGE_PATH, AcknowledgePage } from './oncall/AcknowledgePage.tsx';
import oncallEnglish from './oncall/locales/en.json' with { type: 'json' };
import oncallChinese from './oncall/locales/zh-CN.json' with { type: 'json' };
import plansEnglish from './plans/locales/en.json' with { type: 'json' };
import plansChinese from './plans/locales/zh-CN.json' with { type: 'json' };
import reportsEnglish from './reports/locales/en.json' with { type: 'json' };
import reportsChinese from './reports/locales/zh-CN.json' with { type: 'json' };
import routingEnglish from './routing/locales/en.json' with { type: 'json' };
import routingChinese from './routing/locales/zh-CN.json' with { type: 'json' };

// Whoever acknowledges from a mail need not be signed in.
const isAcknowledging = location.pathname === ACKNOWLEDGE_PATH;

mountApp(isAcknowledging ? <AcknowledgePage /> : <App />, {
  catalogues: {
    catalogue: { en: catalogueEnglish, 'zh-CN': catalogueChinese },
    clock: { en: clockEnglish, 'zh-CN': clockChinese },
    console: { en: english, 'zh-CN': chinese },
    plans: { en: plansEnglish, 'zh-CN': plansChinese },
    promise: PROMISE_TEXTS,
    drills: { en: drillsEnglish, 'zh-CN': drillsChinese },
    oncall: { en: oncallEnglish, 'zh-CN': oncallChinese },
    reports: { en: reportsEnglish, 'zh-CN': reportsChinese },
    routing: { en: routingEnglish, 'zh-CN': routingChinese },
    statement: STATEMENT_TEXTS,
  },
});
