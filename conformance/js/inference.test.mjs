import assert from 'node:assert/strict';
import { test } from 'node:test';
import ModelClient, { isUnexpected } from '@azure-rest/ai-inference';
import { AzureKeyCredential } from '@azure/core-auth';
import { SCOPE, credential, https } from './server.mjs';

const messages = [{ role: 'user', content: 'hello' }];
const client = (principal, scope = SCOPE) =>
  ModelClient(`${https}/models`, credential(principal), { credentials: { scopes: [scope] }, retryOptions: { maxRetries: 0 } });

test('chat', async () => {
  const answer = await client('developer').path('/chat/completions').post({ body: { messages, model: 'Phi-4' } });
  assert.ok(!isUnexpected(answer), JSON.stringify(answer.body));
  assert.equal(answer.body.choices[0].message.content, '[simulated Phi-4] You said: hello');
});

test('chat streams', async () => {
  const answer = await client('developer')
    .path('/chat/completions')
    .post({ body: { messages, model: 'Phi-4', stream: true } })
    .asNodeStream();
  assert.equal(answer.status, '200');
  let text = '';
  for await (const piece of answer.body) text += piece;
  const events = text.split('\n\n').filter((event) => event.startsWith('data: ') && event !== 'data: [DONE]');
  const said = events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta?.content ?? '').join('');
  assert.equal(said, '[simulated Phi-4] You said: hello');
});

test('embeddings', async () => {
  const answer = await client('developer').path('/embeddings').post({ body: { input: ['a'], model: 'text-embedding-3-small' } });
  assert.ok(!isUnexpected(answer), JSON.stringify(answer.body));
  assert.equal(answer.body.data[0].embedding.length, 1536);
});

test('a key, which the SDK sends twice', async () => {
  const keyed = ModelClient(`${https}/models`, new AzureKeyCredential('contoso-local-key-1'));
  const answer = await keyed.path('/chat/completions').post({ body: { messages, model: 'Phi-4' } });
  assert.ok(!isUnexpected(answer), JSON.stringify(answer.body));
});

test('a role for OpenAI models does not reach others', async () => {
  const answer = await client('openai-only').path('/chat/completions').post({ body: { messages, model: 'Phi-4' } });
  assert.ok(isUnexpected(answer));
  assert.equal(answer.status, '401');
  assert.equal(answer.body.error.code, 'PermissionDenied');
});

test('the default scope of the SDK is another audience', async () => {
  const answer = await client('developer', 'https://ml.azure.com/.default')
    .path('/chat/completions')
    .post({ body: { messages, model: 'Phi-4' } });
  assert.equal(answer.status, '401');
});
