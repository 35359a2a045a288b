export { activeRecording, agreesTo, askedToAgree } from '@alongside/desk';
