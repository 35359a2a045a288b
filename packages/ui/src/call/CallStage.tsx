import { type CallController, type CallParticipantModel, type CallSnapshot, isInCall } from '@alongside/client';
import { ArrowLeftRight, MessageSquare, Users } from 'lucide-react';
import { type ReactNode, type RefObject, useMemo, useRef, useState } from 'react';
import { useStore } from '../app/ClientProvider.tsx';
import { cx } from '../app/cx.ts';
import { IconButton } from '../base/IconButton.tsx';
import { Tooltip } from '../base/Tooltip.tsx';
import { Avatar } from '../people/Avatar.tsx';
import { usePersonName } from '../people/person-name.ts';
import { RecordingMark } from '../recording/RecordingMark.tsx';
import { useRecording } from '../recording/use-recording.ts';
import { CallControls } from './CallControls.tsx';
import { CallNotices } from './CallNotices.tsx';
import { CallOver } from './CallOver.tsx';
import styles from './CallStage.module.css';
import { CallTile } from './CallTile.tsx';
import { CallTimer } from './CallTimer.tsx';
import { useCallText } from './call-text.ts';
import { NetworkBars } from './NetworkBars.tsx';
import { SharedScreen } from './SharedScreen.tsx';
import { arrangeTiles } from './tile-grid.ts';
import { useCallShortcuts } from './use-call-shortcuts.ts';
import { useSize } from './use-size.ts';

export type CallStageProps = {
  call: CallController;
  /** Whom or what it is about, e.g. the ticket's subject. */
  title: ReactNode;
  /** Who is rung, while nobody has answered: a name, or null for the whole team. */
  callee: string | null;
  /** The conversation; stays usable beside the pictures. */
  chat?: ReactNode;
  /** Messages not read while the chat is hidden. */
  unreadCount?: number;
  chatOpenAtFirst?: boolean;
  /** Instead of `chat`, where the conversation stands beside the stage: whether it is shown, and the button for it. */
  chatBeside?: { open: boolean; onToggle: () => void };
  /** How the call goes for everybody in it, for those who may see that; in full screen too. */
  health?: ReactNode;
  /** Staff may end the call for everybody. */
  canEnd?: boolean;
  className?: string;
};

/**
 * The call itself: fills its container. Dark in both themes, since pictures are what counts here and everything else
 * should step back. Shows nothing while `phase` is idle or preview.
 */
export function CallStage({
  call,
  title,
  callee,
  chat,
  unreadCount = 0,
  chatOpenAtFirst = false,
  chatBeside,
  health,
  canEnd = false,
  className,
}: CallStageProps) {
  const t = useCallText();
  const nameOf = usePersonName();
  const snapshot = useStore(call);
  const recording = useRecording(snapshot);
  const stage = useRef<HTMLElement>(null);
  const [chatOpen, setChatOpen] = useState(chatOpenAtFirst);
  const { phase } = snapshot;
  const isOver = phase === 'ended' || phase === 'failed';
  const isIn = isInCall(phase);
  useCallShortcuts(call, isIn, stage);
  if (!isIn && !isOver) return null;
  const shared = isIn ? sharedScreen(snapshot) : null;
  const who = shared && nameOf(shared.name);
  const showsChat = chat !== undefined && chatOpen;
  const toggle = chatBeside ?? (chat === undefined ? null : { open: chatOpen, onToggle: () => setChatOpen(!chatOpen) });
  return (
    <section ref={stage} className={cx(styles.stage, className)} aria-label={t('stage.label')} data-phase={phase}>
      <header className={styles.header}>
        <span className={styles.title}>
          {shared ? (shared.isMe ? t('stage.sharedByYou') : t('stage.sharedBy', { name: who })) : title}
        </span>
        {isIn ? (
          <>
            <RecordingMark recording={recording} isStaff={canEnd} />
            <Status snapshot={snapshot} />
            <NetworkIndicator snapshot={snapshot} />
            {snapshot.isDirect ? <DirectMark /> : null}
            <Tooltip
              label={snapshot.participants.map((one) => (one.isMe ? t('stage.you') : nameOf(one.name))).join(', ')}
            >
              <span
                className={styles.count}
                role="img"
                aria-label={t('stage.participants', { count: snapshot.participants.length })}
              >
                <Users size={15} aria-hidden />
                {snapshot.participants.length}
              </span>
            </Tooltip>
          </>
        ) : null}
        {toggle ? (
          <span className={styles.chatButton}>
            <IconButton
              label={t(toggle.open ? 'stage.hideChat' : 'stage.showChat')}
              icon={<MessageSquare size={18} aria-hidden />}
              pressed={toggle.open}
              onClick={toggle.onToggle}
            />
            {!toggle.open && unreadCount > 0 ? (
              <span className={styles.unread}>{Math.min(99, unreadCount)}</span>
            ) : null}
          </span>
        ) : null}
      </header>
      <div className={styles.body}>
        <div className={cx(styles.pictures, phase === 'reconnecting' && styles.dimmed)}>
          {isOver ? <CallOver call={call} snapshot={snapshot} /> : null}
          {isIn ? <CallNotices call={call} snapshot={snapshot} recording={recording} /> : null}
          {isIn ? <Pictures snapshot={snapshot} stage={stage} callee={callee} /> : null}
        </div>
        {showsChat ? (
          <aside className={styles.chat} aria-label={t('stage.chat')}>
            {chat}
          </aside>
        ) : null}
        {isIn && health ? <div className={styles.healthPlace}>{health}</div> : null}
      </div>
      {isIn ? (
        <footer className={styles.footer}>
          <CallControls
            call={call}
            microphone={snapshot.microphone}
            camera={snapshot.camera}
            screen={snapshot.screen}
            canShareScreen={snapshot.canShareScreen}
            isLive={phase === 'live'}
            recording={recording}
            recorded={recording.active?.state ?? 'no'}
            canEnd={canEnd}
          />
        </footer>
      ) : null}
    </section>
  );
}

function Status({ snapshot }: { snapshot: CallSnapshot }) {
  const t = useCallText();
  const { phase, liveSince } = snapshot;
  if (phase === 'joining') return <span className={styles.status}>{t('stage.joining')}</span>;
  if (liveSince === null) return null;
  return (
    <span className={styles.status}>
      <CallTimer sinceMs={liveSince} />
    </span>
  );
}

function NetworkIndicator({ snapshot }: { snapshot: CallSnapshot }) {
  const t = useCallText();
  const { network, quality } = snapshot;
  const facts = [t(`network.${network}`)];
  if (quality?.rttMs != null) {
    facts.push(`${t('network.rtt')} ${t('network.ms', { value: Math.round(quality.rttMs) })}`);
  }
  if (quality?.lossRatio != null) {
    facts.push(`${t('network.loss')} ${t('network.percent', { value: (quality.lossRatio * 100).toFixed(1) })}`);
  }
  return (
    <Tooltip label={facts.join(' · ')}>
      <span className={styles.network}>
        <NetworkBars grade={network} />
      </span>
    </Tooltip>
  );
}

function DirectMark() {
  const t = useCallText();
  return (
    <Tooltip label={t('network.direct')}>
      <span className={styles.count} role="img" aria-label={t('network.direct')}>
        <ArrowLeftRight size={15} aria-hidden />
      </span>
    </Tooltip>
  );
}

/** Whose screen is shown: someone else's before one's own, which one sees anyway. */
function sharedScreen({ participants }: CallSnapshot): CallParticipantModel | null {
  const sharers = participants.filter((participant) => participant.screen !== null);
  return sharers.find((participant) => !participant.isMe) ?? sharers[0] ?? null;
}

type PicturesProps = { snapshot: CallSnapshot; stage: RefObject<HTMLElement | null>; callee: string | null };

/** The main thing biggest: a shared screen, else whoever else is there. */
function Pictures({ snapshot, stage, callee }: PicturesProps) {
  const { participants } = snapshot;
  const me = participants.find((participant) => participant.isMe);
  const others = participants.filter((participant) => !participant.isMe);
  const sharer = sharedScreen(snapshot);
  if (sharer?.screen) {
    return (
      <SharedScreen
        key={sharer.screen.key}
        video={sharer.screen}
        people={[...others, ...(me ? [me] : [])]}
        stage={stage}
      />
    );
  }
  if (others.length === 0) return <Waiting snapshot={snapshot} callee={callee} me={me ?? null} />;
  const isSmallGroup = others.length <= 3;
  const tiles = isSmallGroup ? others : [...others, ...(me ? [me] : [])];
  return (
    <>
      <TileGrid tiles={tiles} />
      {isSmallGroup && me ? (
        <div className={styles.self}>
          <CallTile participant={me} size="self" />
        </div>
      ) : null}
    </>
  );
}

function TileGrid({ tiles }: { tiles: readonly CallParticipantModel[] }) {
  const [room, size] = useSize<HTMLDivElement>();
  const { tileWidth, tileHeight } = arrangeTiles(tiles.length, size.width, size.height);
  const style = useMemo(() => ({ width: tileWidth, height: tileHeight }), [tileWidth, tileHeight]);
  return (
    <div ref={room} className={styles.grid}>
      {size.width > 0
        ? tiles.map((participant) => (
            <CallTile key={participant.key} participant={participant} size="grid" style={style} />
          ))
        : null}
    </div>
  );
}

type WaitingProps = { snapshot: CallSnapshot; callee: string | null; me: CallParticipantModel | null };

function Waiting({ snapshot, callee, me }: WaitingProps) {
  const t = useCallText();
  const words =
    snapshot.phase === 'ringing'
      ? callee
        ? t('stage.ringing', { name: callee })
        : t('stage.ringingTeam')
      : snapshot.phase === 'live'
        ? t('stage.waiting')
        : snapshot.phase === 'joining'
          ? t('stage.joining')
          : '';
  return (
    <>
      <div
        className={styles.waiting}
        data-ringing={snapshot.phase === 'ringing' || undefined}
        data-person={callee ? '' : undefined}
      >
        <span className={styles.pulse}>
          <Avatar id={callee ?? 'team'} name={callee ?? 'Support'} size={96} kind={callee ? 'customer' : 'system'} />
        </span>
        <p className={styles.waitingWords} role="status">
          {words}
        </p>
      </div>
      {me ? (
        <div className={styles.self}>
          <CallTile participant={me} size="self" />
        </div>
      ) : null}
    </>
  );
}
