import { Avatar, type AvatarProps } from './Avatar.tsx';
import { useEngineerCard } from './engineer-card.ts';

/** The photo of somebody of the team as they chose it; their initials until it is there, and without one. */
export function EngineerAvatar(props: Omit<AvatarProps, 'kind' | 'photoUrl' | 'anonymous'>) {
  const { card } = useEngineerCard(props.id);
  return <Avatar {...props} kind="staff" photoUrl={card?.photoUrl} />;
}
