import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenAI } from 'openai';
import { azureOpenAI, http, openAI } from './server.mjs';

const messages = [{ role: 'user', content: 'hello' }];
const SAID = '[simulated gpt-4o] You said: hello';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

for (const [name, client] of [['AzureOpenAI', azureOpenAI], ['OpenAI', openAI]]) {
  test(`${name}: chat`, async () => {
    const completion = await client('developer').chat.completions.create({ model: 'gpt-4o', messages });
    assert.equal(completion.choices[0].message.content, SAID);
  });

  test(`${name}: chat streams`, async () => {
    const stream = await client('developer').chat.completions.create({
      model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true },
    });
    let text = '';
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, SAID);
    assert.ok(usage.total_tokens > 0);
  });

  test(`${name}: streamed tool calls accumulate`, async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const stream = client('developer').chat.completions.stream({ model: 'gpt-4o', messages, tools, tool_choice: 'required' });
    const [call] = (await stream.finalMessage()).tool_calls;
    assert.equal(call.function.name, 'get_weather');
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'city' });
  });

  test(`${name}: embeddings`, async () => {
    const answer = await client('developer').embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    assert.equal(answer.data.length, 2);
    assert.equal(answer.data[0].embedding.length, 1536);
    const length = answer.data[0].embedding.reduce((sum, x) => sum + x * x, 0);
    assert.ok(Math.abs(length - 1) < 1e-3);
  });

  test(`${name}: responses are kept, continued, streamed and deleted`, async () => {
    const sdk = client('developer', name === 'AzureOpenAI' ? { apiVersion: '2025-03-01-preview' } : {});
    const first = await sdk.responses.create({ model: 'gpt-4o', input: 'hello' });
    assert.equal(first.output_text, SAID);
    assert.equal((await sdk.responses.retrieve(first.id)).id, first.id);
    for await (const item of sdk.responses.inputItems.list(first.id)) assert.equal(item.content[0].text, 'hello');
    const stream = sdk.responses.stream({ model: 'gpt-4o', input: 'and?', previous_response_id: first.id });
    const second = await stream.finalResponse();
    assert.equal(second.previous_response_id, first.id);
    await sdk.responses.delete(first.id);
    await assert.rejects(sdk.responses.retrieve(first.id), OpenAI.NotFoundError);
  });

  test(`${name}: models`, async () => {
    const names = [];
    for await (const model of client('developer').models.list()) names.push(model.id);
    assert.ok(names.includes('gpt-4o'), names.join());
  });

  test(`${name}: a missing role is an AuthenticationError`, async () => {
    const call = client('nobody').chat.completions.create({ model: 'gpt-4o', messages });
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError, error);
      assert.equal(error.code, 'PermissionDenied');
      assert.match(error.message, /lacks the required data action/);
      return true;
    });
  });

  test(`${name}: an unknown deployment is a NotFoundError`, async () => {
    const call = client('developer').chat.completions.create({ model: 'no-such', messages });
    await assert.rejects(call, (error) => error instanceof OpenAI.NotFoundError && error.code === 'DeploymentNotFound');
  });
}

test('a key as a bearer, over plain HTTP', async () => {
  const good = new OpenAI({ baseURL: `${http}/openai/v1`, apiKey: 'contoso-local-key-1', maxRetries: 0 });
  assert.equal((await good.chat.completions.create({ model: 'gpt-4o', messages })).choices[0].message.content, SAID);
  const bad = new OpenAI({ baseURL: `${http}/openai/v1`, apiKey: 'wrong', maxRetries: 0 });
  await assert.rejects(bad.chat.completions.create({ model: 'gpt-4o', messages }), OpenAI.AuthenticationError);
});

test('the content filter is a BadRequestError', async () => {
  const headers = { 'x-entrada-fault': 'content-filter' };
  const call = azureOpenAI('developer').chat.completions.create({ model: 'gpt-4o', messages }, { headers });
  await assert.rejects(call, (error) => error instanceof OpenAI.BadRequestError && error.code === 'content_filter');
});

test('a rate limit is retried and then a RateLimitError', async () => {
  const headers = { 'x-entrada-fault': '429;retry-after=0' };
  const client = azureOpenAI('developer', { maxRetries: 1 });
  await assert.rejects(client.chat.completions.create({ model: 'gpt-4o', messages }, { headers }), OpenAI.RateLimitError);
});
