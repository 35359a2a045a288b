import type { ActorRef, Locale, RecordedBody, RoutingReasons } from '@alongside/contracts';
import type { TFunction } from 'i18next';
import { addressesText } from '../call/address-words.ts';
import { exactTime } from '../ticket/time-words.ts';

/** What a line of the timeline is worded with. */
export type Words = { t: TFunction<'ui'>; nameOf: (name: string) => string; locale: Locale };

/** Noticed this much after its instant, a breach is told as found late, ms. */
const LATE_MS = 60_000;

/** What the clock, the plan or the on-call chain did to a ticket, in one sentence. */
export function recordedText({ t, nameOf, locale }: Words, by: ActorRef, body: RecordedBody): string {
  const name = nameOf(by.name);
  const time = (instant: string) => exactTime(Date.parse(instant), locale);
  const list = (names: string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
  switch (body.type) {
    case 'clock.warned':
      return t('recorded.warned', { target: t(`target.${body.target}`), due: time(body.dueAt) });
    case 'clock.breached': {
      const isLate = Date.parse(body.noticedAt) - Date.parse(body.dueAt) > LATE_MS;
      return t(isLate ? 'recorded.breachedLate' : 'recorded.breached', {
        target: t(`target.${body.target}`),
        due: time(body.dueAt),
        noticed: time(body.noticedAt),
      });
    }
    case 'clock.moved':
      return t('recorded.moved');
    case 'clock.recalculated':
      return t('recorded.recalculated', { name, reason: body.reason });
    case 'ticket.plan_set': {
      const to = body.to?.name[locale] ?? t('recorded.planNone');
      if (body.because === 'organisation') return t('recorded.planMoved', { to });
      return body.reason
        ? t('recorded.planSet', { name, to, reason: body.reason })
        : t('recorded.planSetPlain', { to });
    }
    case 'ticket.exclusion_set':
      return body.excluded
        ? t('recorded.excluded', { name, because: t(`recorded.because.${body.because}`), note: body.note })
        : t('recorded.included', { name, note: body.note });
    case 'ticket.merged_into':
      return t('recorded.mergedInto', { name, number: body.into.number });
    case 'ticket.merged_from':
      return t('recorded.mergedFrom', { name, number: body.from.number, subject: body.subject });
    case 'ticket.split_off':
      return t('recorded.splitOff', { name, number: body.to.number });
    case 'ticket.split_from':
      return t('recorded.splitFrom', { name, number: body.from.number });
    case 'ticket.call_requested':
      return t('recorded.callRequested', { name, reason: t(`recorded.uncovered.${body.reason}`) });
    case 'call.addresses_failed': {
      const words = { name, addresses: addressesText(t, body.failed), reached: URL.parse(body.reached ?? '')?.host };
      return t(body.reached === null ? 'recorded.callUnreachable' : 'recorded.callReachedElsewhere', words);
    }
    case 'check.attached':
      return t(body.asked ? 'recorded.checkAsked' : 'recorded.check', {
        name,
        verdict: t(`checkVerdict.${body.verdict}`),
      });
    case 'diagnosis.recorded':
      return t(`recorded.diagnosis.${body.source.kind}.${body.summary.state}`, {
        name,
        file: body.source.kind === 'file' ? body.source.fileName : '',
        count: body.summary.causes.length,
      });
    case 'escalation.started': {
      if (body.policy === null)
        return body.note
          ? t('recorded.escalation.byHandNoted', { name, note: body.note })
          : t('recorded.escalation.byHand', { name });
      const cause = t(`recorded.escalation.cause.${body.cause}`);
      return body.note
        ? t('recorded.escalation.startedNoted', { policy: body.policy.name, cause, note: body.note })
        : t('recorded.escalation.started', { policy: body.policy.name, cause });
    }
    case 'escalation.stepped': {
      if (body.nobody) return t('recorded.escalation.nobody', { step: body.step });
      const people = list([...body.people.map((person) => nameOf(person.name)), ...(body.hooks ?? [])]);
      return t(body.round > 1 ? 'recorded.escalation.steppedAgain' : 'recorded.escalation.stepped', {
        step: body.step,
        round: body.round,
        people,
      });
    }
    case 'escalation.acknowledged':
      return t('recorded.escalation.acknowledged', { name });
    case 'escalation.stopped':
      return t('recorded.escalation.stopped', { because: t(`recorded.escalation.because.${body.because}`) });
    case 'escalation.exhausted':
      return t('recorded.escalation.exhausted');
    case 'page.delivered': {
      const words = {
        person: body.person ? nameOf(body.person.name) : (body.hook ?? t('recorded.page.hook')),
        channel: t(`recorded.page.channel.${body.channel}`),
        detail: [body.why && t(`recorded.page.why.${body.why}`), body.detail]
          .filter(Boolean)
          .join(t('recorded.page.and')),
      };
      if (body.outcome === 'sent') return t(body.late ? 'recorded.page.sentLate' : 'recorded.page.sent', words);
      return t(`recorded.page.${body.outcome}`, words);
    }
    case 'page.seen':
      return t('recorded.page.seen', { person: nameOf(body.person.name) });
    case 'drill.ended': {
      const ended = t(`recorded.drill.${body.because}`, { name });
      return body.note ? t('recorded.drill.noted', { ended, note: body.note }) : ended;
    }
    case 'routing.suggested':
      return t('routing.suggested', {
        to: nameOf(body.engineer.name),
        reasons: reasonsText({ t, nameOf, locale }, body.reasons),
      });
    case 'routing.waiting':
      return waitingText({ t, nameOf, locale }, body);
  }
}

/** Why a ticket came to somebody, or went back to the queue: one or two sentences. */
export function routingText(words: Words, by: ActorRef, to: string | null, reasons: RoutingReasons): string {
  const { t, nameOf, locale } = words;
  const takenOff = reasons.find((reason) => reason.what === 'taken_off');
  const given = { name: nameOf(by.name), to: nameOf(to ?? ''), reasons: reasonsText(words, reasons) };
  const isChoice = by.kind === 'staff' && takenOff?.why !== 'handed_back';
  const sentences = [
    ...(takenOff ? [t(`routing.takenOff.${takenOff.why}`, { name: nameOf(takenOff.name), note: takenOff.note })] : []),
    to === null ? t('routing.backInQueue') : t(isChoice ? 'routing.accepted' : 'routing.automatic', given),
  ];
  return sentences.join(locale === 'en' ? ' ' : '');
}

/** What spoke for somebody, most telling first; all they know stands together, where the first of it would. */
export function reasonsText({ t, locale }: Words, reasons: RoutingReasons): string {
  const skills = reasons.flatMap((reason) => (reason.what === 'skill' ? reason.skill[locale] : []));
  const known = t('routing.skill', { skill: new Intl.ListFormat(locale, { type: 'conjunction' }).format(skills) });
  const firstSkill = reasons.findIndex(({ what }) => what === 'skill');
  const told = reasons.flatMap((reason, index) => {
    switch (reason.what) {
      case 'taken_off':
        return [];
      case 'skill':
        return index === firstSkill ? known : [];
      case 'language':
        return t('routing.language', { language: languageName(reason.language, locale) });
      case 'on_call':
        return t('routing.on_call', { rotation: reason.rotation });
      case 'load':
        return t('routing.load', { count: reason.openTickets });
      default:
        return t(`routing.${reason.what}`);
    }
  });
  return told.join(locale === 'zh-CN' ? '，' : ', ');
}

/** Why a ticket waits in the queue, and when that can change. */
export function waitingText({ t, locale }: Words, body: Extract<RecordedBody, { type: 'routing.waiting' }>): string {
  const skills = new Intl.ListFormat(locale, { type: 'disjunction' }).format(body.skills.map((name) => name[locale]));
  const why = skills ? t(`routing.waitingSkill.${body.why}`, { skills }) : t(`routing.waiting.${body.why}`);
  if (body.nextAt === null) return why;
  const next = t('routing.next', { time: exactTime(Date.parse(body.nextAt), locale) });
  return [why, next].join(locale === 'en' ? ' ' : '');
}

/** A language's name in the reader's language; its tag where it has none. */
export function languageName(tag: string, locale: Locale): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
