// @azure/arm-authorization and @azure/arm-cognitiveservices against ARM.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { CognitiveServicesManagementClient } from '@azure/arm-cognitiveservices';
import { credential, https } from './server.mjs';

const SUBSCRIPTION = 'c0a70500-7e4a-4c0d-9e1d-5b0000000001';
const ACCOUNT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso`;
const NOBODY = 'c0a70500-7e4a-4c0d-9e1d-0b0000000005';
const options = { endpoint: https, credentialScopes: ['https://management.azure.com/.default'] };

const authorization = (principal) => new AuthorizationManagementClient(credential(principal), SUBSCRIPTION, options);
const cognitiveServices = (principal) => new CognitiveServicesManagementClient(credential(principal), SUBSCRIPTION, options);

async function all(pages) {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
}

test('a role is assigned, listed and removed', async () => {
  const owner = authorization('owner');
  const [role] = await all(owner.roleDefinitions.list(ACCOUNT, { filter: "roleName eq 'Cognitive Services User'" }));
  const wanted = { roleDefinitionId: role.id, principalId: NOBODY, principalType: 'ServicePrincipal' };
  const name = randomUUID();
  const made = await owner.roleAssignments.create(ACCOUNT, name, wanted);
  assert.equal(made.principalId, NOBODY);
  const listed = await all(owner.roleAssignments.listForScope(ACCOUNT, { filter: `principalId eq '${NOBODY}'` }));
  assert.deepEqual(listed.map((one) => one.name), [name]);
  await assert.rejects(owner.roleAssignments.create(ACCOUNT, randomUUID(), wanted), { statusCode: 409, code: 'RoleAssignmentExists' });
  assert.equal((await owner.roleAssignments.delete(ACCOUNT, name)).name, name);
  assert.deepEqual(await all(owner.denyAssignments.listForScope(ACCOUNT)), []);
  const [permissions] = await all(owner.permissions.listForResourceGroup('ai'));
  assert.deepEqual(permissions.actions, ['*']);
});

test('whoever may not is told so', async () => {
  const refused = all(authorization('developer').roleAssignments.listForScope(ACCOUNT));
  await assert.rejects(refused, { statusCode: 403, code: 'AuthorizationFailed' });
});

test('without scopes, the SDK asks for a token of its endpoint', async () => {
  const client = new AuthorizationManagementClient(credential('owner'), SUBSCRIPTION, { endpoint: https });
  assert.ok((await all(client.roleDefinitions.list(ACCOUNT))).length > 10);
});

test('accounts and what is below them are read', async () => {
  const client = cognitiveServices('owner');
  const account = await client.accounts.get('ai', 'contoso');
  assert.equal(account.properties.customSubDomainName, 'contoso');
  assert.ok((await all(client.accounts.list())).some((one) => one.name === 'contoso'));
  const deployments = await all(client.deployments.list('ai', 'contoso'));
  assert.ok(deployments.some((one) => one.properties.model.name === 'gpt-4o'));
  assert.equal((await client.accounts.listKeys('ai', 'contoso')).key1, 'contoso-local-key-1');
  await assert.rejects(client.accounts.get('ai', 'no-such-account'), { statusCode: 404, code: 'ResourceNotFound' });
});

test('a deployment is made and deleted', async () => {
  const client = cognitiveServices('contributor');
  const wanted = {
    sku: { name: 'GlobalStandard', capacity: 5 },
    properties: { model: { format: 'OpenAI', name: 'gpt-4o', version: '2024-11-20' } },
  };
  const made = await client.deployments.beginCreateOrUpdateAndWait('ai', 'contoso', 'made-by-js', wanted);
  assert.equal(made.properties.provisioningState, 'Succeeded');
  await client.deployments.beginDeleteAndWait('ai', 'contoso', 'made-by-js');
  await assert.rejects(client.deployments.get('ai', 'contoso', 'made-by-js'), { statusCode: 404 });
});
