import { expect, test } from 'vitest';
import { createRecorder } from './recorder.ts';

function recorderThatRefuses(code: string) {
  const stopRecording = () => Promise.reject(Object.assign(new Error(code), { code }));
  return createRecorder(
    { startRecording: async () => {}, includeInRecording: async () => {}, stopRecording },
    '/recordings',
  );
}

test('what ended by itself is stopped already', async () => {
  for (const code of ['not_found', 'failed_precondition', 'unavailable'])
    await expect(recorderThatRefuses(code).stop('r')).resolves.toBeUndefined();
});

test('what is still being written is not told to be whole', async () => {
  await expect(recorderThatRefuses('deadline_exceeded').stop('r')).rejects.toMatchObject({ code: 'deadline_exceeded' });
});
