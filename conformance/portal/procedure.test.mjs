// The troubleshooting page's procedure, from refusal to success by clicks alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, chat, operator, picture, signedIn } from './browser.mjs';

const ROLE = 'Cognitive Services OpenAI User';
const revoke = () => operator('/entrada/revoke', { principal: 'nobody', role: ROLE, scope: 'contoso' });

before(revoke);
after(async () => {
  await revoke();
  await browser.close();
});

for (const [name, options] of [
  ['with scripts', {}],
  ['without scripts', { javaScriptEnabled: false }],
  ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true }],
]) {
  test(`a refused call is explained, checked, granted and answered, ${name}`, async () => {
    assert.equal(await chat('nobody'), 401);
    const page = await signedIn('admin', options);

    await page.getByRole('link', { name: 'Requests' }).click();
    const refused = page.getByRole('row').filter({ hasText: 'nobody' }).filter({ hasText: 'role-missing' });
    await refused.first().getByRole('link', { name: 'Why' }).click();
    await page.getByRole('heading', { name: 'Why nobody was refused' }).waitFor();
    await picture(page, `explained ${name}`);

    await page.getByRole('link', { name: 'Check access, with every step' }).click();
    await page.getByRole('heading', { name: 'Not allowed' }).waitFor();
    await picture(page, `not allowed ${name}`);

    await page.getByRole('button', { name: `Assign ${ROLE}` }).click();
    await page.getByRole('heading', { name: 'Allowed', exact: true }).waitFor();
    assert.ok(await page.getByText('it is effective').isVisible());
    await picture(page, `allowed ${name}`);
    assert.equal(await chat('nobody'), 200);

    // The same from Access control, and back.
    await page.getByRole('link', { name: 'Role assignments' }).click();
    await page.getByRole('link', { name: `Remove ${ROLE} from nobody` }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'Role assignments' }).waitFor();
    assert.equal(await chat('nobody'), 401);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('somebody is looked for by name, and the answer says through which groups', async () => {
  const page = await signedIn('admin');
  await page.getByRole('link', { name: 'Access control' }).click();
  await page.getByLabel('Who').fill('group-mem');
  await page.getByRole('button', { name: 'Check access' }).click();
  await page.locator('#result').getByRole('link', { name: 'group-member' }).click();
  await page.getByRole('link', { name: 'chat', exact: true }).click();
  await page.getByRole('heading', { name: 'Allowed', exact: true }).waitFor();
  const path = page.getByRole('list', { name: 'Through groups' });
  assert.equal((await path.innerText()).replace(/\s+/g, ' '), 'group-member squad-blue ai-developers');
  await page.context().close();
});

test('a call appears by itself, and the list keeps the focus', async () => {
  const page = await signedIn('admin');
  await page.getByRole('link', { name: 'Requests' }).click();
  assert.equal(await chat('contributor'), 401);
  const row = page.getByRole('row').filter({ hasText: 'contributor' }).first();
  await row.waitFor({ timeout: 10_000 });
  const why = row.getByRole('link', { name: 'Why' });
  await why.focus();
  const id = await why.getAttribute('id');
  await page.waitForResponse((answer) => answer.url().includes('/portal/requests'));
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => document.activeElement.id), id);
  await page.getByRole('link', { name: 'Pause' }).click();
  await page.getByRole('link', { name: 'Resume' }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('evidence is read from a file, and an answer makes the cause surer', async () => {
  const page = await signedIn('alice');
  await page.getByRole('link', { name: 'Troubleshoot' }).click();
  const text =
    "openai.AuthenticationError: Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have access to API/Operation.'}}";
  await page.getByLabel('or a file').setInputFiles({ name: 'error.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.waitForFunction(() => document.getElementById('evidence').value.includes('PermissionDenied'));
  await page.getByRole('button', { name: 'Find the cause' }).click();
  await page.getByRole('heading', { name: 'What would make it surer' }).waitFor();
  await picture(page, 'troubleshoot');
  await page.getByLabel('Answer').first().fill('The app has Contributor on the resource group and nothing else');
  await page.getByRole('button', { name: 'Go on with this' }).first().click();
  await page.getByRole('heading', { name: 'What was said so far' }).waitFor();
  assert.ok(await page.getByText('role-control-plane-only').first().isVisible());
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('who may not grant is offered nothing', async () => {
  const page = await signedIn('alice');
  await page.getByRole('link', { name: 'Requests' }).click();
  assert.equal(await page.getByRole('button', { name: 'Grant this' }).count(), 0);
  await page.getByRole('link', { name: 'Access control' }).click();
  await page.getByRole('link', { name: 'Role assignments' }).click();
  assert.equal(await page.getByRole('link', { name: /^Remove/ }).count(), 0);
  assert.equal(await page.getByText('Add role assignment').count(), 0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.context().close();
});
