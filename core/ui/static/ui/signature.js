// The sheet on which a signature is drawn. What is sent is the strokes, as whole numbers in 600 × 200; the typed
// name below does as well, and is all there is without this script.

const WIDTH = 600;
const HEIGHT = 200;

function prepare(root) {
  const sheet = root.querySelector("[data-signature-sheet]");
  const canvas = sheet.querySelector("canvas");
  const hidden = root.querySelector("input[type=hidden]");
  const state = root.querySelector("[data-signature-state]");
  const pen = canvas.getContext("2d");
  let strokes = [];
  let current = null;

  try {
    strokes = JSON.parse(hidden.value || "[]");
  } catch {
    strokes = [];
  }

  function draw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 5;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#1b1b1b";
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], index) => pen[index ? "lineTo" : "moveTo"](x * 2, y * 2));
      if (stroke.length === 1) pen.lineTo(stroke[0][0] * 2 + 1, stroke[0][1] * 2);
      pen.stroke();
    }
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const limit = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      limit(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      limit(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    current = [point(event)];
    strokes.push(current);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    const [x, y] = point(event);
    const [lastX, lastY] = current[current.length - 1];
    if (x === lastX && y === lastY) return;
    current.push([x, y]);
    draw();
  });
  const lift = () => {
    if (!current) return;
    current = null;
    hidden.value = JSON.stringify(strokes);
    state.textContent = "Signature dessinée.";
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  root.querySelector("[data-signature-clear]").addEventListener("click", () => {
    strokes = [];
    hidden.value = "";
    state.textContent = "Dessin effacé.";
    draw();
  });

  sheet.hidden = false;
  draw();
}

document.querySelectorAll("[data-signature]").forEach(prepare);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) event.target.querySelectorAll("[data-signature]").forEach(prepare);
});
