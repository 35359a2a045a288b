import { measured, type Story } from './story.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** Conversations in English. */
export const ENGLISH_STORIES: Story[] = [
  {
    key: 'launch-stutter',
    contact: 'olivia',
    channel: 'widget',
    topic: 'picture',
    priority: 'P0',
    subject: 'Programme feed stutters every 20 seconds, launch is tonight',
    steps: [
      {
        ago: 41,
        by: 'olivia',
        says: 'Hi, we are rehearsing tonight’s product launch and the programme feed freezes for about half a second every 20 seconds or so. It is on every monitor in the room, so I do not think it is one laptop. We go live at 18:00 with 11,000 registered viewers.',
      },
      {
        ago: 38,
        by: 'priya',
        says: 'Hi Olivia, thanks for raising this early. I am on it with you until it is solved.\n\nTwo quick questions while I look at your room: is the encoder on the venue’s wired network, and did the stutter begin at a certain moment, or was it there from the first minute?',
      },
      {
        ago: 34,
        by: 'olivia',
        says: 'Wired, yes. It was fine this morning. It started after lunch, when the camera crew moved to the second stage. I have exported the log from the control room.',
        files: [{ name: 'control-room-2.log', content: 'stutter-log' }],
      },
      {
        ago: 31,
        by: 'priya',
        notes:
          'Their log shows the key frame interval of encoder B jumping from 2 s to 20 s when the profile “stage-2 (old)” was loaded. Every join and every lost packet then waits for the next one. @Marcus can you confirm nothing changed on our ingest in eu-west today?',
      },
      {
        ago: 27,
        by: 'marcus',
        notes:
          'Confirmed, no deploy in eu-west since Tuesday. Ingest graphs are flat, loss on their uplink is 0.3 %. Agree with the encoder.',
      },
      {
        ago: 24,
        by: 'priya',
        says: 'Found something. Since the move to the second stage, one of your encoders sends a full picture only every 20 seconds instead of every 2. Until the next full picture arrives, any small loss stays visible, and that is the stutter you see.\n\nCould you open “Encoder B → Video → Key frame interval” and set it to 2 s? No restart needed.',
      },
      {
        ago: 9,
        by: 'olivia',
        says: 'Our technician is back from the stage and is changing it now. Can we do a short call while he does? I would feel much better if you watched the feed with us.',
      },
    ],
  },
  {
    key: 'udp-blocked',
    contact: 'sofia',
    channel: 'portal',
    topic: 'connection',
    priority: 'P1',
    subject: 'Bidders in one office cannot connect to the sale room',
    steps: [
      {
        ago: 5 * HOUR,
        by: 'sofia',
        says: 'Eight telephone bidders in our Milan office get “Connecting…” and then “joinRoom failed, error code 4203”. From home it works for all of them. The evening sale is on Thursday.',
        files: [{ name: 'connection-report.txt', content: 'ice-log' }],
      },
      {
        ago: 4.6 * HOUR,
        by: 'marcus',
        says: 'Thank you for the report, Sofia, it tells the whole story: every attempt over UDP goes unanswered, and the fallback over TCP is refused on port 7710. That is what an office firewall looks like from inside.\n\nPlease ask your IT to allow outgoing UDP and TCP 7710 to media.lumenlive.example. If UDP cannot be allowed, TCP alone is enough; the picture is then a little slower to sharpen, but the sale is fine.',
      },
      {
        ago: 4.5 * HOUR,
        by: 'marcus',
        notes: 'Same firewall vendor as the Geneva office in March. If they ask: stateful UDP timeout must be ≥ 60 s.',
      },
      { ago: 3.2 * HOUR, by: 'sofia', says: 'Forwarded to IT. They want the exact addresses in writing.' },
      {
        ago: 3 * HOUR,
        by: 'marcus',
        says: 'Of course:\n\n- `203.0.113.16/29`, UDP 7710–7717, outgoing\n- `203.0.113.16/29`, TCP 7710 and 443, outgoing\n\nWhen it is in place, open the connection check in the sale room and send me the result. I would like to see it green before Thursday.',
      },
    ],
  },
  {
    key: 'backup-address',
    contact: 'ben',
    channel: 'portal',
    topic: 'event',
    priority: 'P2',
    subject: 'Backup ingest address is missing from our run sheet',
    steps: [
      {
        ago: 26 * HOUR,
        by: 'ben',
        says: 'The run sheet for the spring launch has a primary ingest address but the backup line is empty. Our broadcast policy needs both before we can sign off.',
      },
      {
        ago: 25 * HOUR,
        by: 'priya',
        says: 'You are right, Ben, it should be there. The backup is assigned by our event team the day before an event, and yours has not been yet. I have asked them and put your ticket on hold until they answer. You do not need to do anything.',
      },
      {
        ago: 24.9 * HOUR,
        by: 'priya',
        notes: 'Event desk: slot requested for eu-central, ref. EV-2291. They promise an answer by noon.',
      },
      { ago: 24.8 * HOUR, by: 'priya', state: 'on_hold' },
    ],
  },
  {
    key: 'green-edges',
    contact: 'olivia',
    channel: 'widget',
    topic: 'picture',
    priority: 'P2',
    subject: 'Green line at the edge of the vertical stream',
    steps: [
      {
        ago: 3 * DAY,
        by: 'olivia',
        says: 'On phones our 9:16 stream has a thin green line on the right side. Desktop is clean.',
      },
      {
        ago: 3 * DAY - 2 * HOUR,
        by: 'priya',
        says: 'Thank you, I can see it. Your vertical profile is 607 pixels wide. Some phone decoders need an even width and fill the last column with green. Please set the width to 608. Could you tell me whether the line is gone at your next rehearsal?',
      },
    ],
  },
  {
    key: 'captions',
    contact: 'sofia',
    channel: 'portal',
    topic: 'event',
    priority: 'P3',
    subject: 'Can we show captions in two languages?',
    steps: [
      {
        ago: 7 * HOUR,
        by: 'sofia',
        says: 'For the spring sale we would like live captions in English and Chinese, chosen by each viewer. Is that possible, and what do you need from us?',
      },
    ],
  },
  {
    key: 'download-recording',
    contact: 'ben',
    channel: 'portal',
    topic: 'recording',
    priority: 'P3',
    subject: 'How do I download a recording as MP4?',
    steps: [
      { ago: 9 * DAY, by: 'ben', says: 'I only find the link to watch the replay. Our archive needs the file.' },
      {
        ago: 9 * DAY - 3 * HOUR,
        by: 'priya',
        says: 'Open the event, then “Recordings → ⋯ → Download → MP4”. Preparing a two-hour recording takes about three minutes; you get a mail when it is ready.',
      },
      { ago: 9 * DAY - 4 * HOUR, by: 'ben', says: 'Found it, thank you!' },
      { ago: 9 * DAY - 4.2 * HOUR, by: 'priya', state: 'solved' },
      {
        ago: 9 * DAY - 5 * HOUR,
        by: 'ben',
        rates: { score: 4, comment: 'Quick. A button on the replay page would have saved us both the time.' },
      },
      { ago: 9 * DAY - 5.1 * HOUR, by: 'ben', state: 'closed' },
    ],
  },
  {
    key: 'rehearsal-sound',
    contact: 'olivia',
    channel: 'widget',
    topic: 'sound',
    priority: 'P1',
    subject: 'Presenter is only heard on the left',
    steps: [
      {
        ago: 2 * DAY,
        by: 'olivia',
        says: 'In today’s rehearsal the presenter’s voice came only from the left speaker, also in the recording. Music is fine.',
      },
      { ago: 2 * DAY - 6, by: 'priya', says: 'Let us look at it together, I will call you in a minute.' },
      {
        ago: 2 * DAY - 8,
        by: 'priya',
        calls: 'olivia',
        minutes: 14,
        qualities: [measured(4.6, 14), measured(4.1, 14)],
      },
      {
        ago: 2 * DAY - 22,
        by: 'priya',
        notes: 'Mixer output 1 was panned hard left on their side. They saved it as preset “Launch”.',
      },
      {
        ago: 2 * DAY - 24,
        by: 'priya',
        says: 'As we saw on the call: channel 1 of the mixer was panned to the left. It is centred now and saved in your preset “Launch”, so it stays that way tonight.',
      },
      { ago: 2 * DAY - 30, by: 'olivia', says: 'Perfect in the second run. Thank you for staying with us!' },
      { ago: 2 * DAY - 31, by: 'priya', state: 'solved' },
      {
        ago: 2 * DAY - 55,
        by: 'olivia',
        rates: {
          score: 5,
          comment: 'Solved on the phone while we were both looking at it. This is how support should be.',
        },
      },
    ],
  },
];
