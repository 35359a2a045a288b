import { memo } from 'react';
import { CodeBlock } from './CodeBlock.tsx';
import styles from './MessageBody.module.css';
import { type Inline, parseMessage } from './message-text.ts';

const HAN = /\p{Script=Han}/u;
const OTHER_HAN_USERS = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

// Chinese inside an English page: its own punctuation for the eye, its own voice for screen readers.
function languageOf(body: string): string | undefined {
  return HAN.test(body) && !OTHER_HAN_USERS.test(body) ? 'zh-CN' : undefined;
}

/** A message's text: line breaks, links, `code` and blocks of code; never HTML. */
export const MessageBody = memo(function MessageBody({ body }: { body: string }) {
  const blocks = parseMessage(body);
  return (
    <div className={styles.body} lang={languageOf(body)}>
      {blocks.map((block, index) =>
        block.kind === 'code' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a message never changes
          <CodeBlock key={index} text={block.text} language={block.language} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a message never changes
          <p key={index} className={styles.paragraph} dir="auto">
            {block.inlines.map(renderInline)}
          </p>
        ),
      )}
    </div>
  );
});

function renderInline(inline: Inline, index: number) {
  if (inline.kind === 'text') return inline.text;
  if (inline.kind === 'code') {
    return (
      <code key={index} className={styles.code}>
        {inline.text}
      </code>
    );
  }
  return (
    <a key={index} href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
      {inline.text}
    </a>
  );
}
