// A program as the SDKs' documentation has it: nothing says that this is not Azure.
import { DefaultAzureCredential, getBearerTokenProvider } from '@azure/identity';
import ModelClient, { isUnexpected } from '@azure-rest/ai-inference';
import { AzureOpenAI, OpenAI } from 'openai';

const credential = new DefaultAzureCredential();
const scope = 'https://cognitiveservices.azure.com/.default';
const azureADTokenProvider = getBearerTokenProvider(credential, scope);
const messages = [{ role: 'user', content: 'hello' }];
const said = (completion) => console.log(completion.choices[0].message.content);

const azure = new AzureOpenAI({ endpoint: 'https://contoso.openai.azure.com', apiVersion: '2024-10-21', azureADTokenProvider });
said(await azure.chat.completions.create({ model: 'gpt-4o', messages }));
const stream = azure.chat.completions.stream({ model: 'gpt-4o', messages });
said(await stream.finalChatCompletion());

const v1 = new OpenAI({ baseURL: 'https://contoso.openai.azure.com/openai/v1', apiKey: azureADTokenProvider });
said(await v1.chat.completions.create({ model: 'gpt-4o', messages }));

const inference = ModelClient('https://contoso.services.ai.azure.com/models', credential, { credentials: { scopes: [scope] } });
const answer = await inference.path('/chat/completions').post({ body: { model: 'gpt-4o', messages } });
if (isUnexpected(answer)) throw answer.body.error;
said(answer.body);
