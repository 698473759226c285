// A browser, people who sign in with it, and the server's own routes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const data = process.env.ENTRADA_DATA;
export const { http: base } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8'));

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Debian's Chromium; as root, in a container, it has no sandbox of its own.
export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});

export const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** A page of somebody of the sample who signed in, with everything that the browser complained about. */
export async function signedIn(name, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.desktop, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 401')) page.complaints.push(message.text());
  });
  await page.goto(`${base}/portal`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill(`${name}@contoso.onmicrosoft.com`);
  await page.getByLabel('Password').fill(`contoso-${name}-password`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

/** What axe-core finds, one line each. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** A picture for whoever wants to look: PORTAL_PICTURES names the folder. */
export async function picture(page, name) {
  const folder = process.env.PORTAL_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** A call to a model as somebody of the sample; its status. */
export async function chat(name, body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] }) {
  const answer = await fetch(`${base}/contoso/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token(name)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

/** A token of somebody of the sample. */
export async function token(name) {
  const { access_token: issued } = await operator('/entrada/token', {
    principal: name,
    scope: 'https://cognitiveservices.azure.com',
  });
  return issued;
}

/** One of Entrada's own routes. */
export async function operator(path, body) {
  const secret = readFileSync(join(data, 'operator-token'), 'utf8').trim();
  const answer = await fetch(base + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
