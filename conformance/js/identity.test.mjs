import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  ClientCertificateCredential, ClientSecretCredential, DefaultAzureCredential, ManagedIdentityCredential, WorkloadIdentityCredential,
} from '@azure/identity';
import { AzureOpenAI } from 'openai';
import { SCOPE, claims, credential, http, https, runAs, work } from './server.mjs';

const TENANT = 'c0a70500-7e4a-4c0d-9e1d-000000000000';
const messages = [{ role: 'user', content: 'hello' }];

/** Whom the service takes the credential for: it answers, and the token names its holder. */
async function call(sdk) {
  const { token } = await sdk.getToken(SCOPE);
  const client = new AzureOpenAI({
    endpoint: https, apiVersion: '2024-10-21', azureADTokenProvider: async () => token, maxRetries: 0,
  });
  const answer = await client.chat.completions.create({ model: 'gpt-4o', messages });
  assert.match(answer.choices[0].message.content, /You said: hello/);
  return claims(token).oid;
}

test('client secret', async () => {
  assert.equal(await call(credential('developer')), 'c0a70500-7e4a-4c0d-9e1d-0b0000000001');
});

test('certificate', async () => {
  const sdk = new ClientCertificateCredential(
    TENANT, 'c0a70500-7e4a-4c0d-9e1d-ca00000000c1', join(work, 'certified.pem'),
    { authorityHost: https, disableInstanceDiscovery: true },
  );
  assert.equal(await call(sdk), 'c0a70500-7e4a-4c0d-9e1d-0b00000000c1');
});

test('managed identity of App Service', () =>
  runAs('app-identity', 'managed-identity', async () => {
    assert.equal(await call(new ManagedIdentityCredential()), 'c0a70500-7e4a-4c0d-9e1d-0b000000000a');
  }));

test('managed identity of a machine', async () => {
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = http;
  try {
    const sdk = new ManagedIdentityCredential({ clientId: 'c0a70500-7e4a-4c0d-9e1d-ca000000000a' });
    assert.equal(await call(sdk), 'c0a70500-7e4a-4c0d-9e1d-0b000000000a');
  } finally {
    delete process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST;
  }
});

test('DefaultAzureCredential without a change of code', () =>
  runAs('app-identity', 'managed-identity', async () => {
    assert.equal(await call(new DefaultAzureCredential()), 'c0a70500-7e4a-4c0d-9e1d-0b000000000a');
  }));

test('a workload presents the token of its own issuer', () =>
  runAs('workload', 'workload', async (set) => {
    // This SDK's WorkloadIdentityCredential asks the public cloud about a foreign authority, so it is told not to.
    const sdk = new WorkloadIdentityCredential({
      tenantId: set.AZURE_TENANT_ID, clientId: set.AZURE_CLIENT_ID, tokenFilePath: set.AZURE_FEDERATED_TOKEN_FILE,
      authorityHost: https, disableInstanceDiscovery: true,
    });
    assert.equal(await call(sdk), 'c0a70500-7e4a-4c0d-9e1d-0b0000000009');
  }));

test('a wrong secret is refused as Entra refuses', async () => {
  const sdk = new ClientSecretCredential(TENANT, 'c0a70500-7e4a-4c0d-9e1d-ca0000000001', 'wrong', {
    authorityHost: https, disableInstanceDiscovery: true,
  });
  await assert.rejects(sdk.getToken(SCOPE), /7000215/);
});
