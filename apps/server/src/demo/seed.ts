import { randomBytes } from 'node:crypto';
import type { CallQuality } from '@alongside/contracts';
import { arrived, type CallsDeps, enterCall, leaveCallAs, recordQuality, startCall } from '../calls/actions.ts';
import { createContact } from '../customers/actions.ts';
import { createOrganisation } from '../customers/organisation.actions.ts';
import { findContactByEmail } from '../customers/queries.ts';
import { type FilesDeps, storeFile } from '../files/actions.ts';
import { createStaff, setUpWorkspace, updateWorkspace } from '../people/actions.ts';
import { createPasswords } from '../people/passwords.ts';
import { findStaffByEmail, loadWorkspace } from '../people/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import { type Author, postMessage, rateTicket, setState } from '../tickets/actions.ts';
import { excludeTicket } from '../tickets/judge.actions.ts';
import { markTicket } from '../tickets/mark.actions.ts';
import { openTicket } from '../tickets/open.actions.ts';
import { findTicket } from '../tickets/queries.ts';
import { tellThePast } from '../tickets/settle.actions.ts';
import { assignTicket, setPriority } from '../tickets/triage.actions.ts';
import { CONTACTS, type ContactKey, ORGANISATIONS, STAFF, type StaffKey, TOPICS, WORKSPACE_NAME } from './company.ts';
import { seedContracts } from './contracts.ts';
import { demoId } from './demo-id.ts';
import { DRILLS, seedDrill, seedDrillSeries } from './drills.ts';
import { seedKnownErrors } from './known-errors.ts';
import { NIGHT_STORY } from './night-story.ts';
import { seedOnCall, tellAcknowledgement, tellChain } from './on-call.ts';
import { pastStories } from './past-months.ts';
import { seedProfiles } from './profiles.ts';
import { ENGLISH_STORIES } from './stories-en.ts';
import { CHINESE_STORIES } from './stories-zh.ts';
import type { Step, Story } from './story.ts';
import { storyFileContent } from './story-files.ts';

export type SeedDeps = { db: Db; log: Log; files: FilesDeps };

/** All there is to tell, oldest first: numbers grow with time. */
export function storiesAt(now: Date): readonly Story[] {
  const stories = [...pastStories(now), NIGHT_STORY, ...ENGLISH_STORIES, ...CHINESE_STORIES];
  return stories.sort((a, b) => b.steps[0].ago - a.steps[0].ago);
}

type People = Record<StaffKey | ContactKey, Author>;

/** Whether the demo company is to be made now: nobody has set this workspace up, or a seeding was interrupted. */
export async function isToBeSeeded(db: Db): Promise<boolean> {
  const workspace = await loadWorkspace(db);
  if (!workspace.demo) return workspace.needsSetup;
  return (await findTicket(db, ticketIdOf(storiesAt(new Date()).at(-1)!))) === undefined;
}

/**
 * Fills an empty workspace with a company that has a past, through the actions everybody uses, at the times things
 * would have happened. An interrupted seeding is completed by the next one.
 * @param now what the stories' times count back from
 */
export async function seedDemo(deps: SeedDeps, now: Date): Promise<void> {
  // First of all: from here on the passwords nobody knows are known to be the demo's.
  await updateWorkspace(deps.db, { demo: true, topics: TOPICS });
  const people = await seedPeople(deps.db);
  const { lin } = people;
  await seedContracts(deps.db, { kind: 'staff', id: lin.id, name: lin.name }, (key) => people[key].id, now);
  await seedKnownErrors(deps.db, now);
  await seedProfiles(deps, (key) => people[key].id, now);
  await seedOnCall(deps.db, deps.log, people, now);
  const stories = storiesAt(now);
  const calls = (at: () => Date) => callsOfThePast(deps.db, deps.log, at);
  // Stories and drills in one order: numbers grow with time.
  const tales = [
    ...stories.map((story) => ({ ago: story.steps[0].ago, tell: () => seedStory(deps, people, story, now) })),
    ...DRILLS.map((drill) => ({ ago: drill.ago, tell: () => seedDrill({ ...deps, calls }, people, drill, now) })),
  ];
  await seedDrillSeries(deps.db, people, now);
  await tellThePast(deps.db, async () => {
    for (const { tell } of tales.sort((a, b) => b.ago - a.ago)) await tell();
  });
  deps.log.info({ tickets: stories.length }, 'the demo company is there');
}

async function seedPeople(db: Db): Promise<People> {
  const passwords = createPasswords();
  // Signed in by the printed links only: a password everybody knows would open every demo on the internet.
  const password = randomBytes(24).toString('base64url');
  const passwordHash = await passwords.hash(password);
  const people: Partial<People> = {};
  if ((await loadWorkspace(db)).needsSetup)
    await setUpWorkspace(db, passwords, { workspaceName: WORKSPACE_NAME, ...STAFF.lin, password });
  for (const [key, staff] of Object.entries(STAFF)) {
    const row = (await findStaffByEmail(db, staff.email)) ?? (await createStaff(db, { ...staff, passwordHash }));
    people[key as StaffKey] = { kind: 'staff', id: row.id, role: row.role, name: row.name };
  }
  for (const [key, { name, domains }] of Object.entries(ORGANISATIONS))
    await createOrganisation(db, { id: demoId(`organisation ${key}`), name, domains }, 'en');
  for (const [key, { name, email, locale, organisation }] of Object.entries(CONTACTS)) {
    const id = demoId(`contact ${key}`);
    const organisationId = demoId(`organisation ${organisation}`);
    const row =
      (await findContactByEmail(db, email)) ??
      (await createContact(db, { id, name, email, organisationId, locale }, 'en'));
    people[key as ContactKey] = { kind: 'customer', id: row.id, name: row.name, organisationId: row.organisationId };
  }
  return people as People;
}

async function seedStory(deps: SeedDeps, people: People, story: Story, now: Date): Promise<void> {
  const ticketId = ticketIdOf(story);
  if (await findTicket(deps.db, ticketId)) return;
  const [first, ...steps] = story.steps;
  const { topic, priority, channel, subject } = story;
  const fileIds = await seedFiles(deps, people, story, first, 0, now);
  await openTicket(
    deps.db,
    people[first.by],
    {
      id: ticketId,
      subject,
      topic,
      priority,
      channel,
      conversation: 'new',
      production: true,
      context: CONTACTS[story.contact].context,
      message: { id: messageId(story, 0), body: first.says, fileIds },
    },
    'en',
    clockAt(now, first.ago),
  );
  for (const [index, step] of steps.entries()) await seedStep(deps, people, story, step, index + 1, now);
  await markAllRead(deps.db, people, story, ticketId);
}

async function seedStep(
  deps: SeedDeps,
  people: People,
  story: Story,
  step: Step,
  index: number,
  now: Date,
): Promise<void> {
  const { db } = deps;
  const ticketId = ticketIdOf(story);
  const at = clockAt(now, step.ago);
  if ('chain' in step) return tellChain(db, deps.log, ticketId, step.chain, at);
  const author = people[step.by];
  if ('acknowledges' in step) await tellAcknowledgement(db, deps.log, author, ticketId, at);
  else if ('says' in step) {
    const fileIds = await seedFiles(deps, people, story, step, index, now);
    const message = { id: messageId(story, index), body: step.says, fileIds };
    await postMessage(db, author, ticketId, message, 'public', at);
  } else if ('notes' in step) {
    const message = { id: messageId(story, index), body: step.notes, fileIds: [] };
    await postMessage(db, author, ticketId, message, 'internal', at);
  } else if ('state' in step) await setState(db, author, ticketId, step.state, at);
  else if ('priority' in step) await setPriority(db, author, ticketId, step.priority, { now: at });
  else if ('assigns' in step) await assignTicket(db, author, ticketId, people[step.assigns].id, 'en', at);
  else if ('excludes' in step) {
    const exclusion = { excluded: true, because: step.excludes, note: step.note };
    await excludeTicket(db, author, ticketId, exclusion, 'en', at);
  } else if ('rates' in step) await rateTicket(db, author, ticketId, step.rates, at);
  else await seedCall(deps, people, story, step, index, now);
}

/** A call as it would have gone: ringing, answered, talked, one after the other leaving. */
async function seedCall(
  { db, log }: SeedDeps,
  people: People,
  story: Story,
  step: Extract<Step, { calls: unknown }>,
  index: number,
  now: Date,
): Promise<void> {
  const ticketId = ticketIdOf(story);
  const callId = demoId(`call ${story.key} ${index}`);
  const [caller, callee] = [people[step.by], people[step.calls]];
  const [callerQuality, calleeQuality] = step.qualities as [CallQuality, CallQuality];
  const at = (seconds: number) => callsOfThePast(db, log, clockAt(now, step.ago - seconds / 60));
  const endS = step.minutes * 60;
  await startCall(at(0), caller, { ticketId, callId, video: true });
  await arrived(at(1), callId, { person: caller, sid: 'PA_caller' });
  await enterCall(at(8), callee, callId);
  await arrived(at(9), callId, { person: callee, sid: 'PA_callee' });
  await recordQuality(at(endS - 5), caller.id, callId, callerQuality);
  await leaveCallAs(at(endS - 2), callee, callId, calleeQuality);
  await leaveCallAs(at(endS), caller, callId, callerQuality);
}

/** Calls without rooms and without alarms: what they would wake for is long over. */
function callsOfThePast(db: Db, log: Log, now: () => Date): CallsDeps {
  const nothing = async () => {};
  return {
    db,
    log,
    now,
    jobs: { send: nothing },
    media: {
      isUp: () => true,
      urlFor: (origin) => origin,
      isOwn: true,
      backupUrls: [],
      token: async () => '',
      standbyToken: async () => '',
      admit: async () => null,
      list: async () => [],
      remove: nothing,
      close: nothing,
      guestToken: async () => '',
      roomNames: async () => [],
    },
  };
}

async function seedFiles(
  deps: SeedDeps,
  people: People,
  story: Story,
  step: Extract<Step, { says: string }>,
  index: number,
  now: Date,
): Promise<string[]> {
  const { kind, id: ownerId } = people[step.by];
  const ids: string[] = [];
  for (const [place, file] of (step.files ?? []).entries()) {
    const id = demoId(`file ${story.key} ${index} ${place}`);
    const content = storyFileContent(file, clockAt(now, step.ago)());
    // The owner is one of the company's people; the system sends nothing.
    await storeFile(deps.files, { kind: kind as 'staff' | 'customer', id: ownerId }, { id, name: file.name, content });
    ids.push(id);
  }
  return ids;
}

/** Whoever has spoken in a ticket has read what is there; so nobody is mailed about answers of last week. */
async function markAllRead(db: Db, people: People, story: Story, ticketId: string): Promise<void> {
  const { publicSeq } = (await findTicket(db, ticketId))!;
  const others = story.steps.flatMap((step) => ('by' in step ? [step.by] : []));
  for (const key of new Set([story.contact, ...others])) {
    const last = story.steps.at(-1)!;
    const isWaitedFor = key in STAFF && 'says' in last && last.by in CONTACTS;
    const readSeq = isWaitedFor ? publicSeq - 1 : publicSeq;
    await markTicket(db, people[key], ticketId, { deliveredSeq: publicSeq, readSeq });
  }
}

function ticketIdOf(story: Story): string {
  return demoId(`ticket ${story.key}`);
}

function messageId(story: Story, index: number): string {
  return demoId(`message ${story.key} ${index}`);
}

function clockAt(now: Date, minutesAgo: number): () => Date {
  return () => new Date(now.getTime() - minutesAgo * 60_000);
}
