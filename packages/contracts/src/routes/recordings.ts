import { z } from 'zod';
import { Id } from '../actors.ts';
import { Call } from '../calls.ts';
import { RecordingSettings, RecordingView } from '../recordings.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });
const OfCall = z.strictObject({ id: Id, recordingId: Id });
const One = z.strictObject({ call: Call });
const Empty = z.strictObject({});
const Settings = z.strictObject({ settings: RecordingSettings });

export const askToRecord = route({
  method: 'POST',
  path: '/api/calls/:id/recordings',
  access: 'engineer',
  rate: 'write',
  summary:
    'Asks everybody in the call whether it may be recorded; recording begins when all have agreed. `recordingId` is made by the caller. The same one again changes nothing.',
  params: ById,
  body: z.strictObject({ recordingId: Id }),
  reply: One,
});

export const agreeToRecording = route({
  method: 'POST',
  path: '/api/calls/:id/recordings/:recordingId/agree',
  access: 'person',
  rate: 'write',
  summary: 'Agrees to be recorded. It begins when the last one in the call has agreed.',
  params: OfCall,
  body: Empty,
  reply: One,
});

export const endRecording = route({
  method: 'POST',
  path: '/api/calls/:id/recordings/:recordingId/end',
  access: 'person',
  rate: 'write',
  summary:
    'Ends a recording, or the asking for one: the team stops it, and anybody in the call may decline or withdraw what they agreed to. What was recorded until then is kept.',
  params: OfCall,
  body: Empty,
  reply: One,
});

export const getRecording = route({
  method: 'GET',
  path: '/api/recordings/:id',
  access: 'person',
  rate: 'read',
  summary: 'What a recording consists of, with addresses that are good for an hour.',
  params: ById,
  reply: z.strictObject({ recording: RecordingView }),
});

export const composeRecording = route({
  method: 'POST',
  path: '/api/recordings/:id/compose',
  access: 'person',
  rate: 'write',
  summary: 'Has one file with everything in it made, for download. Asking again while it is made changes nothing.',
  params: ById,
  body: Empty,
  reply: z.strictObject({ recording: RecordingView }),
});

export const deleteRecording = route({
  method: 'DELETE',
  path: '/api/recordings/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Removes the files of a recording. That it was made, by whom and who agreed stays on record.',
  params: ById,
  reply: Empty,
});

export const getRecordingSettings = route({
  method: 'GET',
  path: '/api/recording-settings',
  access: 'engineer',
  rate: 'read',
  summary: 'Who may watch recordings and how long they are kept.',
  reply: Settings,
});

export const updateRecordingSettings = route({
  method: 'PUT',
  path: '/api/recording-settings',
  access: 'lead',
  rate: 'write',
  summary: 'Changes who may watch recordings and how long they are kept; files already older are removed within a day.',
  body: RecordingSettings,
  reply: Settings,
});
