import type { Me, StaffMember, Workspace } from '@alongside/contracts';
import type { StaffRow, WorkspaceRow } from './queries.ts';

export function presentStaff(row: StaffRow): StaffMember {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled: row.disabled,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A member of staff as themselves. */
export function presentStaffMe(row: StaffRow): Me {
  return {
    id: row.id,
    role: row.role,
    name: row.name,
    email: row.email,
    anonymous: false,
    organisation: null,
    locale: row.locale,
    theme: row.theme,
  };
}

export function presentWorkspace(row: WorkspaceRow, uploadMaxBytes: number): Workspace {
  return { name: row.name, topics: row.topics, needsSetup: row.needsSetup, demo: row.demo, uploadMaxBytes };
}
