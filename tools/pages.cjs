// Opens riverd's pages in a headless Chromium and checks what each of them does there.
//
//     node tools/pages.cjs BINARY FEEDS [SCREENSHOTS]
//
// FEEDS is a folder of captured feeds. An origin on loopback serves them, riverd polls them, and every kind of page is opened
// at 390 and 1280 pixels, light and dark. A page fails by an error on the console, a violation of its content security policy,
// a request to another host for anything but a picture, something wider than the window, more than 200 KB, or a violation that
// axe-core finds. Then the keys alone must reach the search, the articles and an article's page. With SCREENSHOTS, a picture of
// each page is written to that folder. Needs the packages playwright-core and axe-core of npm (NODE_PATH names where they are)
// and a Chromium (CHROMIUM, otherwise /usr/bin/chromium). Pictures of other hosts are answered here, so nothing leaves the machine.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { spawn } = require("node:child_process");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [binary, feeds, screenshots] = process.argv.slice(2);
const MAX_BYTES = 200_000;
const PORT = 18489;
const RIVER = `http://127.0.0.1:${PORT}`;
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==", "base64");

const failures = [];
let checks = 0;
function check(holds, message) {
  checks += 1;
  if (!holds) {
    failures.push(message);
    console.log(`FAIL ${message}`);
  }
}

/** Serves the feeds in order: /0, /1, and so on. */
function startOrigin(names) {
  const server = http.createServer((request, response) => {
    const name = names[Number(request.url.slice(1))];
    if (name === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { "Content-Type": "application/xml" }).end(fs.readFileSync(path.join(feeds, name)));
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

async function startRiver(folder, names, origin) {
  const sources = names.map((name, number) => `[[source]]\nname = "s${number}"\ntags = ["tag ${number % 7}"]\nurl = "http://127.0.0.1:${origin.address().port}/${number}"\n`);
  const config = path.join(folder, "feeds.toml");
  fs.writeFileSync(config, `[river]\ntitle = "The river"\n[server]\nlisten = ["127.0.0.1:${PORT}"]\n[polling]\nper_host = 16\n[[view]]\nname = "some"\ntags = ["tag 1", "tag 2"]\n${sources.join("")}`);
  const options = ["--log-level", "error", "--config", config, "--state-dir", folder];
  // Waits beside the origin, which answers in this process.
  await new Promise((done) => spawn(binary, [...options, "poll", "--all", "--json"], { stdio: "ignore" }).on("exit", done));
  const river = spawn(binary, [...options, "run"], { stdio: "ignore" });
  for (;;) {
    const isUp = await fetch(`${RIVER}/feed.json`).then((answer) => answer.ok, () => false);
    if (isUp) return river;
    if (river.exitCode !== null) throw new Error("riverd ended");
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Every kind of page, and the first article of one source in each language and of some others. */
async function pages() {
  const list = await (await fetch(`${RIVER}/feed.json`)).json();
  const found = ["/", "/status", "/views/some/", "/?tag=tag+3", "/?source=s1", "/?q=the", "/?q=%22unfinished", "/?q=zzzzqqq", "/nowhere"];
  for (let page = list, depth = 0; page.next_url && depth < 2; depth += 1) {
    found.push(new URL("./", page.next_url).pathname);
    page = await (await fetch(page.next_url)).json();
  }
  const status = await (await fetch(`${RIVER}/status.json`)).json();
  const languages = new Set();
  for (const [number, { source }] of status.sources.entries()) {
    const feed = await fetch(`${RIVER}/sources/${source}/feed.json`);
    const [item] = feed.ok ? (await feed.json()).items : [];
    if (!item) continue;
    if (!languages.has(item.language) || number % 12 === 0) found.push(`/articles/${item.id.replace("urn:uuid:", "")}`);
    languages.add(item.language);
  }
  console.log(`languages: ${[...languages].filter(Boolean).join(", ")}`);
  return found;
}

/** Opens a page and returns what it did that it must not do. */
async function open(context, address) {
  const page = await context.newPage();
  const faults = [];
  const refusal = { "/nowhere": "404", "/?q=%22unfinished": "400" }[address];
  page.on("console", (message) => {
    const expected = refusal && message.text().includes(refusal);
    if (["error", "warning"].includes(message.type()) && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  await page.route((url) => url.origin !== RIVER, (route) => {
    const kind = route.request().resourceType();
    if (!["image", "media"].includes(kind)) faults.push(`asks ${route.request().url()} for a ${kind}`);
    return kind === "image" ? route.fulfill({ contentType: "image/png", body: PIXEL }) : route.abort();
  });
  const answer = await page.goto(RIVER + address, { waitUntil: "load" });
  const bytes = (await answer.body()).length;
  if (bytes > MAX_BYTES) faults.push(`${bytes} bytes`);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (isWide) faults.push("wider than the window");
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations) faults.push(`axe ${violation.id}: ${violation.nodes[0].html.slice(0, 120)}`);
  return { page, faults, bytes };
}

/** Walks with the keys from the river to an article and back. */
async function checkKeys(context) {
  const page = await context.newPage();
  await page.route((url) => url.origin !== RIVER, (route) => route.abort());
  await page.goto(`${RIVER}/`);
  const focused = () => page.evaluate(() => document.activeElement.matches("[data-entry]") ? document.activeElement.href : document.activeElement.type);
  await page.keyboard.press("/");
  check(await focused() === "search", "/ focuses the search");
  await page.keyboard.type("the");
  await page.keyboard.press("Enter");
  await page.waitForURL("**q=the");
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  const second = await focused();
  check(first?.includes("/articles/") && second?.includes("/articles/") && first !== second, "j goes from article to article");
  await page.keyboard.press("k");
  check(await focused() === first, "k goes back");
  await page.keyboard.press("Enter");
  await page.waitForURL(first);
  const count = await page.evaluate(() => document.querySelectorAll("a[href], button, input, summary, audio[controls], video[controls]").length);
  const focusable = "a[href], button, input, summary";
  const reached = new Set();
  for (let presses = 0; presses < count + 60; presses += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((focusable) => [...document.querySelectorAll(focusable)].indexOf(document.activeElement), focusable);
    if (at >= 0) reached.add(at);
  }
  const links = await page.evaluate(
    (focusable) => [...document.querySelectorAll(focusable)].filter((element) => element.checkVisibility({ visibilityProperty: true })).length,
    focusable,
  );
  check(reached.size >= links, `Tab reaches ${reached.size} of ${links} links of an article`);
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "riverd-pages-"));
  const names = fs.readdirSync(feeds).filter((name) => !name.endsWith(".tsv")).sort();
  const origin = await startOrigin(names);
  const river = await startRiver(folder, names, origin);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const addresses = await pages();
    let largest = 0;
    for (const [width, colorScheme] of [[390, "light"], [1280, "dark"], [390, "dark"], [1280, "light"]]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      for (const address of addresses) {
        const { page, faults, bytes } = await open(context, address);
        largest = Math.max(largest, bytes);
        check(faults.length === 0, `${address} at ${width}, ${colorScheme}: ${faults.join("; ")}`);
        if (screenshots) await page.screenshot({ path: path.join(screenshots, `${width}-${colorScheme}-${addresses.indexOf(address)}.png`) });
        await page.close();
      }
      await checkKeys(context);
      await context.close();
    }
    console.log(`${addresses.length} pages, the largest of ${largest} bytes: ${checks} checks, ${failures.length} failed`);
  } finally {
    await browser.close();
    river.kill();
    origin.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}

main();
