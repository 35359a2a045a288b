import { mountApp, PROMISE_TEXTS, STATEMENT_TEXTS } from '@alongside/ui';
import diagnoseEnglish from './diagnose/locales/en.json' with { type: 'json' };
import diagnoseChinese from './diagnose/locales/zh-CN.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import { PortalApp } from './PortalApp.tsx';
import planEnglish from './plan/locales/en.json' with { type: 'json' };
import planChinese from './plan/locales/zh-CN.json' with { type: 'json' };
import statementsEnglish from './statements/locales/en.json' with { type: 'json' };
import statementsChinese from './statements/locales/zh-CN.json' with { type: 'json' };

mountApp(<PortalApp />, {
  catalogues: {
    diagnose: { en: diagnoseEnglish, 'zh-CN': diagnoseChinese },
    plan: { en: planEnglish, 'zh-CN': planChinese },
    portal: { en, 'zh-CN': zh },
    promise: PROMISE_TEXTS,
    statement: STATEMENT_TEXTS,
    statements: { en: statementsEnglish, 'zh-CN': statementsChinese },
  },
});
