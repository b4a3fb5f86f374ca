import { existsSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

import { Service } from './service.js';

const PATH = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const missing = existsSync(PATH) ? '' : 'no Chromium is installed (TEST_CHROMIUM)';

(missing ? describe.skip : describe)(`/docs in a browser${missing ? `: ${missing}` : ''}`, () => {
  let service: Service;
  let browser: Browser;

  beforeAll(async () => {
    service = await Service.start();
    browser = await chromium.launch({
      executablePath: PATH,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('shows every operation, loads nothing from elsewhere and breaks no policy', async () => {
    const page = await browser.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${service.url}/docs`);
    await page.waitForSelector('.opblock');
    const { body } = await service.get('/openapi.json');
    const operations = Object.values(body['paths'] as Record<string, object>).flatMap((path) => Object.keys(path));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    await page.locator('.opblock-summary-control').first().click();
    await page.waitForSelector('.opblock.is-open .opblock-body');
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))).toEqual([]);
  });
});
