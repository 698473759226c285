// The running server, and what its principals need.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientSecretCredential, getBearerTokenProvider } from '@azure/identity';
import { AzureOpenAI, OpenAI } from 'openai';

export const SCOPE = 'https://cognitiveservices.azure.com/.default';

// Whatever the machine has set must not decide which credential an SDK picks.
for (const name of Object.keys(process.env)) {
  if (/^(AZURE|IDENTITY|IMDS|MSI|OPENAI)_/.test(name)) delete process.env[name];
}

export const { https, http } = JSON.parse(readFileSync(join(process.env.ENTRADA_DATA, 'server.json'), 'utf8'));
export const work = process.env.CONFORMANCE_WORK;

/** What `entrada env` sets. */
export function environment(principal, credential) {
  const args = ['env', '--as', principal, '--credential', credential, '--shell', 'json'];
  return JSON.parse(execFileSync(process.env.ENTRADA_BINARY, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

/** Runs with a principal's environment, as `eval "$(entrada env --as …)"` sets it. */
export async function runAs(principal, credential, body) {
  const set = environment(principal, credential);
  Object.assign(process.env, set);
  try {
    return await body(set);
  } finally {
    for (const name of Object.keys(set)) delete process.env[name];
  }
}

/** The principal's own credential, with the one option that a local authority needs. */
export function credential(principal) {
  const set = environment(principal, 'secret');
  return new ClientSecretCredential(set.AZURE_TENANT_ID, set.AZURE_CLIENT_ID, set.AZURE_CLIENT_SECRET, {
    authorityHost: set.AZURE_AUTHORITY_HOST,
    disableInstanceDiscovery: true,
  });
}

export const tokens = (principal, scope = SCOPE) => getBearerTokenProvider(credential(principal), scope);

export const azureOpenAI = (principal, more = {}) =>
  new AzureOpenAI({ endpoint: https, apiVersion: '2024-10-21', azureADTokenProvider: tokens(principal), maxRetries: 0, ...more });

export const openAI = (principal, more = {}) =>
  new OpenAI({ baseURL: `${https}/openai/v1`, apiKey: tokens(principal), maxRetries: 0, ...more });

export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
