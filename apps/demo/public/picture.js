import { wave } from './signal.js';

const WIDTH = 1280;
const HEIGHT = 720;
const FLOOR = 560;

/** What each camera sees of the same stage. */
const SHOTS = {
  wide: { x: 640, y: 360, zoom: 1 },
  close: { x: 640, y: 400, zoom: 2.3 },
  crowd: { x: 330, y: 560, zoom: 1.75 },
  screen: { x: 640, y: 250, zoom: 1.6 },
};

/**
 * Draws the stage.
 * @param {CanvasRenderingContext2D} ink
 * @param {number} time seconds
 * @param {keyof typeof SHOTS} shot which camera
 */
export function drawStage(ink, time, shot = 'wide') {
  const { x, y, zoom } = SHOTS[shot];
  const scale = (ink.canvas.width / WIDTH) * zoom;
  ink.setTransform(scale, 0, 0, scale, ink.canvas.width / 2 - x * scale, ink.canvas.height / 2 - y * scale);
  ink.globalCompositeOperation = 'source-over';
  const back = ink.createLinearGradient(0, 0, 0, HEIGHT);
  back.addColorStop(0, '#0b0a1a');
  back.addColorStop(0.55, '#231237');
  back.addColorStop(0.78, '#4a1b3d');
  back.addColorStop(1, '#0a0812');
  ink.fillStyle = back;
  ink.fillRect(-200, -200, WIDTH + 400, HEIGHT + 400);
  drawSun(ink, time);
  drawBeams(ink, time);
  drawFloor(ink, time);
  drawBand(ink, time);
  drawSinger(ink, time);
  drawHaze(ink, time);
  drawCrowd(ink, time);
}

function drawSun(ink, time) {
  const pulse = 1 + 0.012 * Math.sin(time * 4.2);
  ink.save();
  ink.translate(640, 300);
  ink.scale(pulse, pulse);
  const glow = ink.createRadialGradient(0, 0, 60, 0, 0, 420);
  glow.addColorStop(0, 'rgba(255,170,92,.75)');
  glow.addColorStop(0.45, 'rgba(255,84,112,.3)');
  glow.addColorStop(1, 'rgba(80,40,160,0)');
  ink.fillStyle = glow;
  ink.fillRect(-440, -440, 880, 880);
  const disc = ink.createLinearGradient(0, -205, 0, 205);
  disc.addColorStop(0, '#ffe9b8');
  disc.addColorStop(0.45, '#ffb45e');
  disc.addColorStop(0.8, '#ff5f6b');
  disc.addColorStop(1, '#b72f78');
  ink.fillStyle = disc;
  ink.beginPath();
  ink.arc(0, 0, 205, 0, Math.PI * 2);
  ink.fill();
  // The LED wall is made of slats: dark lines that widen towards the ground and drift down.
  ink.clip();
  ink.fillStyle = '#2b1236';
  for (let line = 0; line < 12; line++) {
    const along = (line + ((time * 0.35) % 1)) / 12;
    ink.fillRect(-220, 20 + along * 190, 440, 1 + along * 15);
  }
  ink.restore();
  ink.save();
  ink.translate(640, 300);
  ink.globalCompositeOperation = 'lighter';
  ink.lineWidth = 2;
  for (let ring = 0; ring < 4; ring++) {
    const grow = (time * 0.16 + ring / 4) % 1;
    ink.strokeStyle = `rgba(255,190,140,${0.34 * (1 - grow)})`;
    ink.beginPath();
    ink.arc(0, 0, 215 + grow * 330, 0, Math.PI * 2);
    ink.stroke();
  }
  ink.restore();
}

function drawBeams(ink, time) {
  ink.save();
  ink.globalCompositeOperation = 'lighter';
  for (let lamp = 0; lamp < 9; lamp++) {
    const from = 60 + lamp * 145;
    const lean = Math.sin(time * 0.7 + lamp * 0.9) * 250 + (640 - from) * 0.35;
    const hue = lamp % 3 === 0 ? '255,196,110' : lamp % 3 === 1 ? '255,98,140' : '128,116,255';
    const strength = 0.13 + 0.11 * wave(time * 1.3 + lamp * 3);
    const light = ink.createLinearGradient(from, 0, from + lean, 640);
    light.addColorStop(0, `rgba(${hue},${strength * 2.4})`);
    light.addColorStop(0.5, `rgba(${hue},${strength * 0.8})`);
    light.addColorStop(1, `rgba(${hue},0)`);
    ink.fillStyle = light;
    ink.beginPath();
    ink.moveTo(from - 4, -10);
    ink.lineTo(from + 4, -10);
    ink.lineTo(from + lean + 78, 660);
    ink.lineTo(from + lean - 78, 660);
    ink.fill();
    ink.fillStyle = `rgba(255,250,240,${0.5 + 0.4 * wave(time + lamp)})`;
    ink.beginPath();
    ink.arc(from, 3, 6, 0, Math.PI * 2);
    ink.fill();
  }
  ink.restore();
  ink.fillStyle = '#07060d';
  ink.fillRect(-200, -200, WIDTH + 400, 202);
}

function drawFloor(ink, time) {
  const floor = ink.createLinearGradient(0, FLOOR, 0, HEIGHT);
  floor.addColorStop(0, '#54203f');
  floor.addColorStop(0.35, '#26112b');
  floor.addColorStop(1, '#08060e');
  ink.fillStyle = floor;
  ink.fillRect(-200, FLOOR, WIDTH + 400, 400);
  ink.save();
  ink.globalCompositeOperation = 'lighter';
  ink.save();
  ink.translate(640, FLOOR + 6);
  ink.scale(1, 0.17);
  const shine = ink.createRadialGradient(0, 0, 10, 0, 0, 460);
  shine.addColorStop(0, `rgba(255,180,110,${0.5 + 0.1 * Math.sin(time * 4.2)})`);
  shine.addColorStop(1, 'rgba(255,90,120,0)');
  ink.fillStyle = shine;
  ink.fillRect(-460, -30, 920, 500);
  ink.restore();
  ink.fillStyle = 'rgba(255,200,150,.5)';
  ink.fillRect(-200, FLOOR - 1, WIDTH + 400, 1.5);
  ink.restore();
}

function drawBand(ink, time) {
  ink.fillStyle = '#150a1c';
  for (const [x, phase, height] of [
    [330, 0, 132],
    [452, 1.4, 120],
    [838, 2.2, 126],
    [960, 3.1, 134],
  ]) {
    const bob = Math.sin(time * 4.2 + phase) * 3;
    ink.save();
    ink.translate(x, FLOOR + 6 + bob);
    figure(ink, height);
    ink.rotate(x < 640 ? -0.5 : 0.5);
    ink.fillRect(-52, -72, 104, 8);
    ink.beginPath();
    ink.ellipse(x < 640 ? 34 : -34, -66, 24, 17, 0, 0, Math.PI * 2);
    ink.fill();
    ink.restore();
  }
  ink.fillRect(196, FLOOR - 62, 66, 70);
  ink.fillRect(1018, FLOOR - 62, 66, 70);
}

function figure(ink, height) {
  const unit = height / 8;
  ink.beginPath();
  ink.arc(0, -height + unit * 0.7, unit * 0.72, 0, Math.PI * 2);
  ink.fill();
  ink.beginPath();
  ink.moveTo(-unit * 1.15, -height + unit * 2);
  ink.quadraticCurveTo(0, -height + unit * 1.2, unit * 1.15, -height + unit * 2);
  ink.lineTo(unit * 0.85, -unit * 4);
  ink.lineTo(unit, 0);
  ink.lineTo(unit * 0.3, 0);
  ink.lineTo(0, -unit * 3.4);
  ink.lineTo(-unit * 0.3, 0);
  ink.lineTo(-unit, 0);
  ink.lineTo(-unit * 0.85, -unit * 4);
  ink.fill();
}

function drawSinger(ink, time) {
  const sway = Math.sin(time * 2.1);
  const lift = Math.sin(time * 1.05) * 0.18;
  ink.save();
  ink.translate(640 + sway * 7, FLOOR + 26);
  ink.rotate(sway * 0.022);
  ink.fillStyle = '#0d0612';
  ink.strokeStyle = '#0d0612';
  ink.lineCap = 'round';
  ink.lineJoin = 'round';
  // Gown, in the wind of the stage.
  ink.beginPath();
  ink.moveTo(-21, -172);
  ink.bezierCurveTo(-30, -130, -18, -112, -24, -92);
  ink.bezierCurveTo(-40, -50, -66 - sway * 9, -14, -84 - sway * 14, 2);
  ink.quadraticCurveTo(0, 16, 72 - sway * 10, 2);
  ink.bezierCurveTo(54 - sway * 6, -30, 34, -60, 23, -92);
  ink.bezierCurveTo(18, -114, 28, -132, 21, -172);
  ink.quadraticCurveTo(0, -184, -21, -172);
  ink.fill();
  // Head and hair.
  ink.beginPath();
  ink.ellipse(1, -205, 15.5, 18.5, 0, 0, Math.PI * 2);
  ink.fill();
  ink.beginPath();
  ink.moveTo(-14, -214);
  ink.bezierCurveTo(-30, -206, -27 - sway * 5, -176, -33 - sway * 8, -152);
  ink.quadraticCurveTo(-16, -160, -8, -182);
  ink.fill();
  ink.fillRect(-5, -190, 10, 16);
  // One arm with the microphone, one raised to the hall.
  ink.lineWidth = 10.5;
  ink.beginPath();
  ink.moveTo(18, -167);
  ink.quadraticCurveTo(44, -146, 25, -190);
  ink.stroke();
  ink.lineWidth = 6;
  ink.beginPath();
  ink.moveTo(28, -187);
  ink.lineTo(16, -201);
  ink.stroke();
  ink.save();
  ink.translate(-18, -166);
  ink.rotate(-lift);
  ink.lineWidth = 10;
  ink.beginPath();
  ink.moveTo(0, 0);
  ink.quadraticCurveTo(-42, -12, -66, -60);
  ink.stroke();
  ink.lineWidth = 6;
  ink.beginPath();
  ink.moveTo(-66, -60);
  ink.lineTo(-72, -74);
  ink.stroke();
  ink.restore();
  // Rim of light from behind.
  ink.strokeStyle = 'rgba(255,196,130,.85)';
  ink.lineWidth = 2;
  ink.beginPath();
  ink.arc(1, -205, 17.5, -0.7, 0.9);
  ink.stroke();
  ink.beginPath();
  ink.moveTo(23, -140);
  ink.bezierCurveTo(21, -118, 20, -104, 25, -90);
  ink.bezierCurveTo(36, -58, 56 - sway * 6, -28, 72 - sway * 10, 1);
  ink.stroke();
  ink.restore();
}

function drawHaze(ink, time) {
  ink.save();
  ink.globalCompositeOperation = 'lighter';
  for (let cloud = 0; cloud < 6; cloud++) {
    const x = ((cloud * 260 + time * (14 + cloud * 3)) % 1700) - 200;
    const y = 500 + 46 * Math.sin(cloud * 2.1);
    const haze = ink.createRadialGradient(x, y, 10, x, y, 240);
    haze.addColorStop(0, 'rgba(210,130,190,.12)');
    haze.addColorStop(1, 'rgba(210,130,190,0)');
    ink.fillStyle = haze;
    ink.fillRect(x - 240, y - 240, 480, 480);
  }
  for (let spark = 0; spark < 46; spark++) {
    const x = (spark * 197.3 + Math.sin(time * 0.6 + spark) * 26) % WIDTH;
    const y = HEIGHT - ((spark * 83.7 + time * (16 + (spark % 5) * 6)) % HEIGHT);
    ink.fillStyle = `rgba(255,214,160,${0.16 + 0.4 * wave(time * 2 + spark * 5)})`;
    ink.fillRect(x, y, 2.2, 2.2);
  }
  ink.restore();
}

function drawCrowd(ink, time) {
  for (const [row, base, size, colour] of [
    [0, 664, 27, '#170b20'],
    [1, 704, 33, '#07050c'],
  ]) {
    ink.fillStyle = colour;
    ink.strokeStyle = colour;
    ink.lineCap = 'round';
    for (let person = -3; person < 30; person++) {
      const x = person * 47 + row * 23 + Math.sin(person * 5.3) * 9;
      const hop = Math.abs(Math.sin(time * 2.1 + person * 1.7)) * 7;
      const y = base - hop + Math.sin(person * 3.1) * 8;
      ink.beginPath();
      ink.arc(x, y, size * 0.5, 0, Math.PI * 2);
      ink.fill();
      ink.beginPath();
      ink.ellipse(x, y + size * 1.5, size * 0.95, size * 1.1, 0, 0, Math.PI * 2);
      ink.fill();
      if ((person * 7 + row * 3) % 4 === 0) {
        const reach = Math.sin(time * 2.1 + person) * 9;
        ink.lineWidth = size * 0.26;
        ink.beginPath();
        ink.moveTo(x + size * 0.6, y + size);
        ink.quadraticCurveTo(x + size * 1.1, y - size * 0.4, x + size * 0.8 + reach, y - size * 1.4);
        ink.stroke();
      }
    }
  }
}

/**
 * What a decoder shows when parts are missing: blocks of the picture in the wrong place.
 * @param {CanvasRenderingContext2D} ink
 * @param {number} strength 0–1
 * @param {number} seed
 */
export function tear(ink, strength, seed) {
  ink.setTransform(1, 0, 0, 1, 0, 0);
  const { width, height } = ink.canvas;
  const size = width / 40;
  for (let block = 0; block < 70 * strength; block++) {
    const column = Math.floor(wave(seed + block * 1.37) * 40);
    const row = Math.floor(wave(seed * 2 + block * 2.11) * 22);
    const wide = size * (1 + (block % 5));
    const shift = (wave(seed * 3 + block) - 0.5) * size * 7;
    ink.drawImage(ink.canvas, column * size, row * size, wide, size, column * size + shift, row * size, wide, size);
  }
  ink.fillStyle = `rgba(120,255,190,${0.05 * strength})`;
  ink.fillRect(0, height * 0.3, width, height * 0.12);
}
