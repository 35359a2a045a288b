import { mountApp } from '@alongside/ui';
import { App } from './App.tsx';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };

mountApp(<App />, { catalogues: { console: { en: english, 'zh-CN': chinese } } });
