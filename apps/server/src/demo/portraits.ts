import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';

/** How somebody looks, in flat colours. */
export type Look = {
  ground: readonly [from: string, to: string];
  skin: string;
  hair: string;
  cut: 'bob' | 'short' | 'long' | 'swept';
  shirt: string;
  collar: string;
  beard?: boolean;
  glasses?: boolean;
};

const SIDE = 512;

/**
 * A drawn photo: nobody's likeness, so nobody's licence is needed.
 * @returns PNG, 512 × 512
 */
export function drawPortrait(look: Look): Buffer {
  const canvas = createCanvas(SIDE, SIDE);
  const context = canvas.getContext('2d');
  const ground = context.createLinearGradient(0, 0, 0, SIDE);
  ground.addColorStop(0, look.ground[0]);
  ground.addColorStop(1, look.ground[1]);
  context.fillStyle = ground;
  context.fillRect(0, 0, SIDE, SIDE);
  // Near enough that a face is one at 24 px too.
  context.translate(SIDE / 2, 306);
  context.scale(1.28, 1.28);
  context.translate(-SIDE / 2, -290);
  drawHairBehind(context, look);
  drawBody(context, look);
  drawHead(context, look);
  drawHairInFront(context, look);
  drawFace(context, look);
  return canvas.toBuffer('image/png');
}

function drawHairBehind(context: SKRSContext2D, { hair, cut }: Look): void {
  context.fillStyle = hair;
  if (cut === 'long') {
    fillPath(context, () => {
      context.moveTo(138, 470);
      context.bezierCurveTo(96, 250, 150, 84, 256, 84);
      context.bezierCurveTo(362, 84, 416, 250, 374, 470);
    });
  }
  if (cut === 'bob') {
    fillPath(context, () => {
      context.moveTo(148, 332);
      context.bezierCurveTo(108, 180, 164, 84, 256, 84);
      context.bezierCurveTo(348, 84, 404, 180, 364, 332);
    });
  }
}

function drawBody(context: SKRSContext2D, { skin, shirt, collar }: Look): void {
  context.fillStyle = shirt;
  fillPath(context, () => {
    context.moveTo(56, SIDE);
    context.bezierCurveTo(64, 404, 142, 384, 200, 372);
    context.lineTo(312, 372);
    context.bezierCurveTo(370, 384, 448, 404, 456, SIDE);
  });
  context.fillStyle = collar;
  fillPath(context, () => {
    context.moveTo(188, 374);
    context.lineTo(256, 462);
    context.lineTo(324, 374);
    context.lineTo(300, 360);
    context.lineTo(212, 360);
  });
  context.fillStyle = shaded(skin, 0.88);
  fillPath(context, () => {
    context.moveTo(214, 300);
    context.lineTo(214, 376);
    context.quadraticCurveTo(256, 436, 298, 376);
    context.lineTo(298, 300);
  });
}

function drawHead(context: SKRSContext2D, { skin, hair, beard }: Look): void {
  context.fillStyle = skin;
  for (const x of [164, 348]) fillEllipse(context, x, 244, 18, 28);
  fillPath(context, () => {
    context.moveTo(166, 216);
    context.bezierCurveTo(166, 112, 346, 112, 346, 216);
    context.bezierCurveTo(346, 300, 306, 352, 256, 352);
    context.bezierCurveTo(206, 352, 166, 300, 166, 216);
  });
  if (!beard) return;
  context.fillStyle = hair;
  fillPath(context, () => {
    context.moveTo(167, 244);
    context.bezierCurveTo(172, 318, 212, 362, 256, 362);
    context.bezierCurveTo(300, 362, 340, 318, 345, 244);
    context.bezierCurveTo(334, 286, 310, 284, 256, 284);
    context.bezierCurveTo(202, 284, 178, 286, 167, 244);
  });
}

/** The hair over the forehead. */
const FRINGES: Record<Look['cut'], (context: SKRSContext2D) => void> = {
  bob(context) {
    context.moveTo(158, 246);
    context.bezierCurveTo(148, 96, 364, 96, 354, 246);
    context.bezierCurveTo(346, 196, 322, 186, 256, 190);
    context.bezierCurveTo(190, 186, 166, 196, 158, 246);
  },
  long(context) {
    context.moveTo(156, 268);
    context.bezierCurveTo(150, 90, 362, 90, 356, 268);
    context.bezierCurveTo(348, 210, 316, 176, 282, 156);
    context.bezierCurveTo(238, 196, 172, 204, 156, 268);
  },
  short(context) {
    context.moveTo(164, 226);
    context.bezierCurveTo(146, 108, 218, 82, 266, 92);
    context.bezierCurveTo(334, 88, 366, 136, 348, 226);
    context.bezierCurveTo(340, 188, 330, 178, 316, 168);
    context.bezierCurveTo(262, 182, 210, 170, 190, 172);
    context.bezierCurveTo(176, 188, 170, 202, 164, 226);
  },
  swept(context) {
    context.moveTo(164, 222);
    context.bezierCurveTo(152, 132, 196, 78, 276, 84);
    context.bezierCurveTo(352, 84, 372, 142, 348, 222);
    context.bezierCurveTo(344, 190, 336, 172, 328, 162);
    context.bezierCurveTo(280, 168, 222, 156, 202, 136);
    context.bezierCurveTo(196, 172, 174, 182, 164, 222);
  },
};

function drawHairInFront(context: SKRSContext2D, { hair, cut }: Look): void {
  context.fillStyle = hair;
  fillPath(context, () => FRINGES[cut](context));
}

function drawFace(context: SKRSContext2D, { skin, hair, beard, glasses }: Look): void {
  context.fillStyle = '#2a211c';
  for (const x of [218, 294]) fillEllipse(context, x, 240, 8.5, 10);
  context.fillStyle = '#ffffff';
  for (const x of [221, 297]) fillEllipse(context, x, 236, 2.6, 2.6);
  context.lineCap = 'round';
  context.strokeStyle = shaded(hair, 0.8);
  context.lineWidth = 7;
  for (const [x, side] of [
    [218, -1],
    [294, 1],
  ] as const)
    strokePath(context, () => {
      context.moveTo(x - 17, 217 + side * 1.5);
      context.quadraticCurveTo(x, 208, x + 17, 217 - side * 1.5);
    });
  context.strokeStyle = shaded(skin, 0.78);
  context.lineWidth = 6;
  strokePath(context, () => {
    context.moveTo(258, 250);
    context.quadraticCurveTo(266, 274, 250, 276);
  });
  context.strokeStyle = beard ? '#f3d9cb' : '#a4493f';
  context.lineWidth = 7;
  strokePath(context, () => {
    context.moveTo(230, 306);
    context.quadraticCurveTo(256, 328, 282, 306);
  });
  if (!glasses) return;
  context.strokeStyle = '#2d2a33';
  context.lineWidth = 6;
  for (const x of [216, 296]) strokePath(context, () => context.roundRect(x - 31, 216, 62, 50, 20));
  strokePath(context, () => {
    context.moveTo(247, 236);
    context.quadraticCurveTo(256, 230, 265, 236);
  });
}

function fillPath(context: SKRSContext2D, draw: () => void): void {
  context.beginPath();
  draw();
  context.closePath();
  context.fill();
}

function strokePath(context: SKRSContext2D, draw: () => void): void {
  context.beginPath();
  draw();
  context.stroke();
}

function fillEllipse(context: SKRSContext2D, x: number, y: number, across: number, down: number): void {
  context.beginPath();
  context.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
  context.fill();
}

/** @param colour `#rrggbb` @param share of its light that is left, 0 to 1 */
function shaded(colour: string, share: number): string {
  const channels = [1, 3, 5].map((at) => Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * share));
  return `rgb(${channels.join(' ')})`;
}
