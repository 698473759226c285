// Every page for everybody: axe-core in both themes and at both widths, keyboard, no sideways scrolling.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SIZES, base, browser, chat, picture, signedIn, token, violations } from './browser.mjs';

const PAGES = {
  overview: '/portal?language=go',
  deployments: '/portal/deployments',
  'check access': '/portal/access',
  'check access, not allowed': '/portal/access?scope=contoso&principal=contributor&ask=chat',
  'check access, allowed': '/portal/access?scope=contoso&principal=group-member&ask=chat',
  'check access, everything': '/portal/access?scope=contoso&principal=openai-only',
  'check access, a role': '/portal/access?scope=contoso&principal=openai-only&ask=role:a97b65f3-24c7-4388-baec-2e87135dc908',
  'check access, nobody': '/portal/access?scope=contoso&principal=contri',
  'role assignments': '/portal/access/assignments?scope=contoso',
  roles: '/portal/access/roles?scope=contoso',
  role: '/portal/access/roles?scope=contoso&role=a97b65f3-24c7-4388-baec-2e87135dc908',
  'deny assignments': '/portal/access/denied?scope=contoso',
  eligible: '/portal/access/eligible?scope=contoso',
  requests: '/portal/requests?live=off',
  refused: '/portal/requests?show=refused&live=off',
  troubleshoot: '/portal/troubleshoot',
  tokens: '/portal/tokens',
  audit: '/portal/audit',
  'not found': '/portal/requests/none',
};

before(async () => {
  await chat('nobody');
  await chat('developer');
});
after(() => browser.close());

async function look(page, name) {
  await picture(page, name);
  assert.deepEqual(await violations(page), [], name);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(beyond <= 0, `${name}: ${beyond} px too wide`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`every page, ${colorScheme}, ${size}`, async () => {
      const called = (name) => `${name} (${colorScheme}, ${size})`;
      const context = await browser.newContext({ colorScheme, viewport });
      const stranger = await context.newPage();
      await stranger.goto(`${base}/portal`);
      await look(stranger, called('welcome'));
      await stranger.getByRole('link', { name: 'Sign in' }).click();
      await look(stranger, called('sign in'));
      await context.close();

      const page = await signedIn('admin', { colorScheme, viewport });
      for (const [name, path] of Object.entries(PAGES)) {
        await page.goto(base + path);
        await look(page, called(name));
      }
      const why = page.getByRole('link', { name: /^Why/ });
      await page.goto(`${base}/portal/requests?show=refused&live=off`);
      await why.first().click();
      await look(page, called('refusal'));
      await page.goto(`${base}/portal/tokens`);
      await page.getByLabel('Token', { exact: true }).fill(await token('developer'));
      await page.getByLabel('And this API').selectOption('Management (ARM)');
      await page.getByRole('button', { name: 'Read it' }).click();
      await look(page, called('token'));
      await page.goto(`${base}/portal/troubleshoot`);
      await page.getByLabel('Evidence').fill('HTTP/1.1 401 Principal does not have access to API/Operation.');
      await page.getByRole('button', { name: 'Find the cause' }).click();
      await look(page, called('causes'));
      const complaints = page.complaints.filter((text) => !text.includes('status of 404'));
      assert.deepEqual(complaints, []);
      await page.context().close();
    });
  }
}

test('colours are chosen by a button, and kept', async () => {
  const page = await signedIn('admin', { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Colours: system' }).click();
  assert.notEqual(await ground(), light);
  await page.goto(`${base}/portal/roles`);
  await page.goto(`${base}/portal/deployments`);
  assert.notEqual(await ground(), light);
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test('the keyboard reaches the content first, and everything after', async () => {
  const page = await signedIn('admin');
  await page.goto(`${base}/portal/access`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.getByLabel('Who').focus();
  await page.keyboard.type('contributor');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What contributor may do here' }).waitFor();
  await page.context().close();
});
