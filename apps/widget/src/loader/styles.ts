/**
 * The loader's own look, inside its shadow root. `!important` on the host: for important rules the inner tree wins
 * over the page's, so that no `div { display: none !important }` out there reaches us.
 */
export const STYLES = `
:host{all:initial!important;position:fixed!important;inset:auto!important;width:0!important;height:0!important;display:block!important;visibility:visible!important;opacity:1!important;z-index:2147483000!important;transform:none!important;filter:none!important;clip-path:none!important;contain:none!important;pointer-events:auto!important;print-color-adjust:exact}
*{box-sizing:border-box}
.launcher{--gap:20px;position:fixed;bottom:calc(var(--gap) + env(safe-area-inset-bottom,0px));width:60px;height:60px;margin:0;padding:0;border:0;border-radius:50%;background:var(--brand,#1b6450);color:var(--on-brand,#fff);cursor:pointer;font:600 12px/1 -apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;box-shadow:0 0 0 1px rgb(255 255 255/.16),0 2px 4px rgb(20 16 8/.18),0 8px 28px rgb(20 16 8/.28);transition:transform .18s cubic-bezier(.2,.75,.25,1),box-shadow .18s;-webkit-tap-highlight-color:transparent;touch-action:manipulation}
.launcher:hover{transform:translateY(-2px);box-shadow:0 4px 6px rgb(20 16 8/.18),0 14px 36px rgb(20 16 8/.32)}
.launcher:active{transform:scale(.96)}
.launcher:focus-visible,.grip:focus-visible{outline:3px solid #fff;outline-offset:0;box-shadow:0 0 0 6px #1b6450,0 8px 28px rgb(20 16 8/.28)}
[data-side=right] .launcher{right:calc(var(--gap) + env(safe-area-inset-right,0px))}
[data-side=left] .launcher{left:calc(var(--gap) + env(safe-area-inset-left,0px))}
.launcher svg{position:absolute;inset:0;width:100%;height:100%;transition:opacity .16s,transform .22s cubic-bezier(.2,.75,.25,1)}
.mark path+path{stroke:var(--mark-right,#f0a077)}
.down{opacity:0;transform:rotate(-45deg)}
[data-open] .mark{opacity:0;transform:rotate(45deg)}
[data-open] .down{opacity:1;transform:none}
.badge{position:absolute;top:-3px;right:-3px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#b8301a;color:#fff;font-variant-numeric:tabular-nums;line-height:22px;text-align:center;box-shadow:0 0 0 2px #fff}
[data-side=left] .badge{right:auto;left:-3px}
.badge[hidden]{display:none}
.panel{position:fixed;display:flex;visibility:hidden;opacity:0;pointer-events:none;overflow:hidden;background:Canvas;color-scheme:light dark;border-radius:18px;box-shadow:0 2px 6px rgb(20 16 8/.16),0 18px 60px rgb(20 16 8/.3);transform:translateY(12px) scale(.98);transition:opacity .18s,transform .22s cubic-bezier(.2,.75,.25,1),visibility 0s .22s}
[data-side=right] .panel{right:calc(20px + env(safe-area-inset-right,0px));transform-origin:100% 100%}
[data-side=left] .panel{left:calc(20px + env(safe-area-inset-left,0px));transform-origin:0 100%}
[data-theme=light] .panel{color-scheme:light}
[data-theme=dark] .panel{color-scheme:dark}
[data-open] .panel{visibility:visible;opacity:1;pointer-events:auto;transform:none;transition-delay:0s}
[data-mode=panel] .panel{bottom:calc(96px + env(safe-area-inset-bottom,0px));width:min(416px,calc(100vw - 40px));height:min(720px,calc(100vh - 120px));height:min(720px,calc(100dvh - 120px))}
[data-mode=bar] .panel{bottom:calc(20px + env(safe-area-inset-bottom,0px));width:min(372px,calc(100vw - 40px));height:var(--bar,88px)}
[data-mode=stage] .panel{bottom:calc(20px + env(safe-area-inset-bottom,0px));width:min(var(--stage-width,1080px),calc(100vw - 40px));height:min(var(--stage-height,720px),calc(100dvh - 40px))}
[data-open][data-mode=bar] .launcher,[data-open][data-mode=stage] .launcher,[data-open][data-full] .launcher{display:none}
[data-full]:not([data-mode=bar]) .panel{inset:0;width:100%;height:100%;height:100dvh;border-radius:0;box-shadow:none;transform-origin:50% 100%}
[data-full][data-mode=bar] .panel{left:8px;right:8px;bottom:calc(8px + env(safe-area-inset-bottom,0px));width:auto}
iframe{flex:1;width:100%;height:100%;border:0;color-scheme:inherit}
.grip{position:absolute;top:0;width:26px;height:26px;margin:0;padding:0;border:0;background:none;color:#8a8171;display:none;touch-action:none;border-radius:18px 0 10px}
[data-side=right] .grip{left:0;cursor:nwse-resize}
[data-side=left] .grip{right:0;cursor:nesw-resize;transform:scaleX(-1)}
.grip svg{width:100%;height:100%}
[data-mode=stage]:not([data-full]) .grip{display:block}
[data-dragging] iframe{pointer-events:none}
.sentinel{position:absolute;width:1px;height:1px;opacity:0}
@media (prefers-reduced-motion:reduce){.launcher,.launcher svg,.panel{transition:none}.panel{transform:none}}
@media (forced-colors:active){.launcher,.panel{border:2px solid ButtonText}}
@media print{.launcher,.panel{display:none}}
`;
