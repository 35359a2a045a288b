import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };

/** Texts of the pieces a customer asks for help with; namespace `request`. */
export const REQUEST_TEXTS = { request: { en, 'zh-CN': zh } };
