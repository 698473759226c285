// Transparent mode: programs with Azure's own host names, unchanged, under `entrada run`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import './server.mjs';

const SAID = '[simulated gpt-4o] You said: hello';

/** Runs a program under `entrada run`. */
function run(principal, credential, ...command) {
  const args = ['run', '--as', principal, '--credential', credential, '--', ...command];
  return spawnSync(process.env.ENTRADA_BINARY, args, { encoding: 'utf8', timeout: 60_000 });
}

for (const [principal, credential] of [['developer', 'managed-identity'], ['developer', 'secret']]) {
  test(`an unchanged program calls Azure's own names: ${credential}`, () => {
    const done = run(principal, credential, process.execPath, 'transparent.mjs');
    assert.deepEqual(done.stdout.trim().split('\n'), Array(4).fill(SAID), done.stderr);
  });
}

test('a refusal is the SDK\'s own exception', () => {
  const done = run('nobody', 'managed-identity', process.execPath, 'transparent.mjs');
  assert.equal(done.status, 1);
  assert.match(done.stderr, /AuthenticationError: 401 .*lacks the required data action/);
});

test('nothing else is let through', () => {
  const program = `try { await fetch('https://example.com/') } catch (error) { console.log(error.cause.message) }`;
  const done = run('developer', 'managed-identity', process.execPath, '--input-type=module', '-e', program);
  assert.match(done.stdout, /403/, done.stdout + done.stderr);
});
