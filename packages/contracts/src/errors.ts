import { z } from 'zod';
import type { Locale, LocalisedText } from './locale.ts';

type Definition = {
  status: number;
  /** Whether the same request may succeed later without a change. */
  retry: boolean;
  message: LocalisedText;
};

/**
 * The one registry of errors: code → HTTP status, whether to try again, message for people. `{name}` in a message
 * is filled from the error's details. docs/generated/errors.md is made from it.
 */
export const ERRORS = {
  invalid_input: d(422, false, 'Please check the marked field: {field}.', '请检查标出的内容：{field}。'),
  malformed_request: d(400, false, 'The request could not be read.', '无法读取该请求。'),
  body_too_large: d(413, false, 'This is larger than the {limit} allowed.', '内容超过了允许的 {limit}。'),
  unsupported_media_type: d(415, false, 'This kind of content is not accepted here.', '此处不接受这种类型的内容。'),
  not_found: d(404, false, 'There is nothing here, or it is not yours to see.', '内容不存在，或您无权查看。'),
  method_not_allowed: d(405, false, 'This address does not do that.', '该地址不支持这个操作。'),
  unauthenticated: d(401, false, 'Please sign in first.', '请先登录。'),
  wrong_credentials: d(401, false, 'E-mail or password is wrong.', '邮箱或密码不正确。'),
  link_expired: d(
    401,
    false,
    'This link was already used or has expired. Ask for a new one.',
    '链接已使用或已过期，请重新获取。',
  ),
  identity_rejected: d(
    401,
    false,
    'The page could not prove who you are: {reason}.',
    '页面未能证明您的身份：{reason}。',
  ),
  forbidden: d(403, false, 'Your role does not allow this.', '您的角色无权执行此操作。'),
  cross_site: d(403, false, 'This request came from another site and was stopped.', '该请求来自其他网站，已被拦截。'),
  origin_not_allowed: d(403, false, 'The help widget is not enabled for this site.', '该网站尚未启用帮助组件。'),
  already_set_up: d(409, false, 'This workspace is already set up.', '工作区已完成初始设置。'),
  setup_required: d(
    409,
    false,
    'The workspace has no administrator yet. Open the console to set it up.',
    '工作区还没有管理员，请打开工作台完成初始设置。',
  ),
  email_taken: d(409, false, 'Someone already uses this e-mail address.', '该邮箱已被使用。'),
  last_administrator: d(409, false, 'The workspace needs at least one administrator.', '工作区至少需要一名管理员。'),
  ticket_closed: d(
    409,
    false,
    'This is closed. Open a new one; it can refer to this number.',
    '已经关闭，无法再补充。请新建一个，可在其中引用此编号。',
  ),
  state_not_allowed: d(
    409,
    false,
    'A ticket cannot go from “{from}” to “{to}” this way.',
    '工单无法从“{from}”转到“{to}”。',
  ),
  not_rateable: d(409, false, 'You can rate this once it is solved.', '解决之后才能评价。'),
  id_conflict: d(409, false, 'This id already belongs to something else.', '该标识已被其他内容占用。'),
  file_missing: d(
    409,
    false,
    'An attached file is not completely uploaded: {name}. Attach it again, then send.',
    '有附件尚未上传完成：{name}。请重新添加后再发送。',
  ),
  file_sent: d(
    409,
    false,
    'This file already went out with another message of yours, perhaps from another tab: {name}. Leave it out, or attach it again to send it once more.',
    '该文件已随您的另一条消息发送，可能是在其他标签页中发送的：{name}。请移除该文件，或重新添加后再次发送。',
  ),
  file_too_large: d(413, false, 'This file is larger than the {limit} allowed.', '文件超过了允许的 {limit}。'),
  file_type_refused: d(415, false, 'Files of this type are not accepted here.', '此处不接受这种类型的文件。'),
  file_quota_reached: d(
    413,
    false,
    'Your files may take up {limit} in all, and this one goes beyond that. The support team can raise the limit.',
    '您的文件总量上限为 {limit}，加上此文件将超出上限。支持团队可以调高上限。',
  ),
  storage_full: d(
    507,
    true,
    'There is no room left for files. The administrator has been told.',
    '文件存储空间不足，已通知管理员。',
  ),
  in_use: d(409, false, 'This is still used by “{by}”. Change that first.', '“{by}”仍在使用此项，请先修改后再操作。'),
  shift_changed: d(
    409,
    false,
    'The shifts have changed since. Look again before you go on.',
    '班次已发生变化，请查看最新排班后再操作。',
  ),
  topics_changed: d(
    409,
    false,
    'Somebody is changing the topics at the same time. Nothing of yours was lost; save again.',
    '其他人正在同时修改主题。您的修改没有丢失，请再次保存。',
  ),
  skills_changed: d(
    409,
    false,
    'Somebody is changing the skills at the same time. Nothing of yours was lost; save again.',
    '其他人正在同时修改技能。您的修改没有丢失，请再次保存。',
  ),
  swap_over: d(409, false, 'This swap has been answered or taken back already.', '该换班申请已处理或已撤回。'),
  escalation_running: d(409, false, 'An escalation is already running on this ticket.', '该工单已有升级流程正在进行。'),
  call_active: d(409, false, 'A call is already going on here. Join it instead.', '这里已有通话在进行，请直接加入。'),
  recording_consent: d(
    409,
    false,
    'This call is being recorded, started by {name}. Whoever joins agrees to be recorded.',
    '此通话正在录制，由{name}发起。加入即表示您同意被录制。',
  ),
  recording_external: d(
    409,
    false,
    'Calls run on an external media server here. To record, use the built-in media engine or that server’s LiveKit Egress.',
    '当前通话使用外部媒体服务器。如需录制，请改用内置媒体引擎，或使用该服务器的 LiveKit Egress。',
  ),
  recording_over: d(409, false, 'This recording has already ended.', '该录制已经结束。'),
  recording_active: d(409, false, 'This call is already being recorded.', '该通话已在录制。'),
  call_over: d(409, false, 'This call has already ended.', '该通话已经结束。'),
  beyond_plan: d(
    409,
    false,
    'Your plan does not include this. You can still write, or ask the team for it.',
    '您的方案不包含此项。您仍可发送消息，或向团队提出请求。',
  ),
  version_conflict: d(
    409,
    false,
    'Somebody saved version {version} in the meantime. Nothing of yours was lost; look at the newer version, then save again.',
    '其他人刚保存了第 {version} 版。您的修改没有丢失，请查看新版本后再保存。',
  ),
  plan_in_use: d(
    409,
    false,
    'This plan is still needed: {contracts} contracts have it, or it is the plan of everybody without a contract.',
    '该方案仍在使用：有 {contracts} 份合同采用它，或它是无合同客户的默认方案。',
  ),
  media_unavailable: d(
    503,
    true,
    'Calls are not available at the moment. The chat goes on.',
    '暂时无法通话，您仍可继续文字沟通。',
  ),
  not_assigned_to_you: d(
    409,
    false,
    'This ticket is no longer yours, so there is nothing to hand back.',
    '该工单已不在您名下，无需退回。',
  ),
  suggestion_gone: d(
    409,
    false,
    'Somebody has taken this ticket meanwhile, or the suggestion has changed.',
    '该工单已被他人接手，或推荐已变更。',
  ),
  rate_limited: d(429, true, 'Too many requests. Try again in {seconds} s.', '请求过于频繁，请在 {seconds} 秒后重试。'),
  too_many_connections: d(
    429,
    true,
    'Too many open connections. Close some windows and try again.',
    '打开的连接过多，请关闭一些窗口后重试。',
  ),
  protocol_too_old: d(426, false, 'This page is out of date. Please reload it.', '页面版本过旧，请刷新。'),
  unavailable: d(
    503,
    true,
    'The service cannot answer at the moment. Please try again shortly.',
    '服务暂时无法响应，请稍后重试。',
  ),
  internal: d(
    500,
    true,
    'Something went wrong on our side. It has been recorded under {requestId}.',
    '我们这边出了问题，已记录，编号 {requestId}。',
  ),
} as const satisfies Record<string, Definition>;

export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** Details that fill a message's placeholders. */
export type ErrorDetails = Record<string, string | number>;

/** One wrong field: dotted path as sent, and what is wrong with it in the reader's language. */
export const FieldIssue = z.strictObject({ field: z.string(), message: z.string() });
export type FieldIssue = z.infer<typeof FieldIssue>;

/** The body of every reply that is not a success. */
export const ErrorReply = z.strictObject({
  error: z.strictObject({
    code: ErrorCode,
    message: z.string(),
    retry: z.boolean(),
    /** The first wrong field, when the input was at fault. */
    field: z.string().optional(),
    issues: z.array(FieldIssue).optional(),
    details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
});
export type ErrorReply = z.infer<typeof ErrorReply>;

/**
 * The message of an error for a person.
 * @param code an entry of the registry
 * @param locale the reader's language
 * @param details values of the placeholders; a missing one leaves the placeholder's name readable
 */
export function errorMessage(code: ErrorCode, locale: Locale, details: ErrorDetails = {}): string {
  return ERRORS[code].message[locale].replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? name));
}

/** An error of the registry, thrown where it happens and turned into a reply in one place. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly issues: FieldIssue[];

  /**
   * @param code an entry of the registry
   * @param details fill the message's placeholders; safe to show to the reader
   * @param issues the wrong fields, when the input was at fault
   */
  constructor(code: ErrorCode, details: ErrorDetails = {}, issues: FieldIssue[] = []) {
    super(errorMessage(code, 'en', details));
    this.name = 'AppError';
    this.code = code;
    this.details = details;
    this.issues = issues;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retry(): boolean {
    return ERRORS[this.code].retry;
  }

  /** The reply body in the reader's language. */
  toReply(locale: Locale): ErrorReply {
    return {
      error: {
        code: this.code,
        message: errorMessage(this.code, locale, this.details),
        retry: this.retry,
        ...(this.issues[0] ? { field: this.issues[0].field, issues: this.issues } : {}),
        ...(Object.keys(this.details).length > 0 ? { details: this.details } : {}),
      },
    };
  }
}

function d(status: number, retry: boolean, en: string, zh: string): Definition {
  return { status, retry, message: { en, 'zh-CN': zh } };
}
