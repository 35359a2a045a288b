import { mountApp, STATEMENT_TEXTS } from '@alongside/ui';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import { PortalApp } from './PortalApp.tsx';
import statementsEnglish from './statements/locales/en.json' with { type: 'json' };
import statementsChinese from './statements/locales/zh-CN.json' with { type: 'json' };

mountApp(<PortalApp />, {
  catalogues: {
    portal: { en, 'zh-CN': zh },
    statement: STATEMENT_TEXTS,
    statements: { en: statementsEnglish, 'zh-CN': statementsChinese },
  },
});
