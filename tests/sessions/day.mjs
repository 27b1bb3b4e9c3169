// A working day of an agent: node day.mjs '{"url": ..., "token": ..., ...}'
//
// It is told where the server is, how to speak to it, and what to write into which
// file.  It prints what it saw, as one object of JSON; test_typescript_day.py judges.

import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const { url, token, mode, source, whole, broken } = JSON.parse(process.argv[2]);

// Calls that an agent repeats before it gives up.
const PATIENCE = 20;

// Milliseconds after which a file is older than whatever is started.
const GRAIN = 50;

const client = new Client(
  { name: 'working-day', version: '1.0.0' },
  { versionNegotiation: { mode } },
);
const seen = {};

async function call(name, args = {}) {
  const answer = await client.callTool({ name, arguments: args });
  const text = answer.content.map((part) => part.text ?? '').join('\n');
  if (answer.isError) throw new Error(`${name}: ${text}`);
  return { text, data: answer.structuredContent };
}

// Call until what is waited for has come; what one waits for may have been replaced
// by its next run.
async function until(name, args) {
  for (let tries = 0; tries < PATIENCE; tries += 1) {
    const answer = await call(name, { ...args, wait_s: 20 });
    if (answer.data.reached) return answer;
  }
  throw new Error(`${name} ${JSON.stringify(args)}: never`);
}

// Read the page of a server; it may just be started anew, at another address.
async function page() {
  for (let tries = 0; ; tries += 1) {
    const { data } = await until('ensure_running', { name: 'web' });
    try {
      return await (await fetch(data.url)).text();
    } catch (error) {
      if (tries === PATIENCE) throw error;
    }
  }
}

async function morning() {
  const { tools } = await client.listTools();
  seen.era = client.getProtocolEra();
  seen.tools = tools.map((tool) => tool.name);
  seen.instructions = client.getInstructions();
  seen.scripts = (await call('scripts_list')).data.scripts.map((script) => script.name);
}

async function start() {
  const first = await until('ensure_running', { name: 'web' });
  const again = await until('ensure_running', { name: 'web' });
  seen.started = [first, again].map(({ data }) => [data.process, data.started]);
  seen.page = await page();
}

async function breakIt() {
  await writeFile(source, broken);
  await until('wait_for', { process: 'web', what: 'error' });
  const { data } = await call('errors_list', { process: 'web' });
  const [{ id, type, file, line }] = data.errors;
  const { text } = await call('errors_get', { error: id });
  seen.error = { type, file, line, text };
}

async function mend() {
  await writeFile(source, whole);
  // What is started within the grain of the times of files is started once more.
  await setTimeout(GRAIN);
  seen.mended = await page();
  seen.left = (await call('errors_list', { process: 'web' })).data.errors;
}

async function test() {
  const { data } = await call('scripts_run', { name: 'test' });
  await until('wait_for', { process: data.process, what: 'exit' });
  const status = await call('scripts_status', { name: data.process });
  const { data: found } = await call('errors_list', { process: data.process });
  const told = await call('errors_get', { error: found.errors[0].id });
  const lines = await call('logs_search', { query: 'FAILED' });
  seen.tests = {
    exit: status.data.exit_code,
    text: told.text,
    lines: lines.text,
  };
}

await client.connect(
  new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  }),
);
try {
  await morning();
  await start();
  await breakIt();
  await mend();
  await test();
} finally {
  await client.close();
}
console.log(JSON.stringify(seen));
