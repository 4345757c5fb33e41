import { render } from 'preact';
import { App } from './app.js';
import { client } from './client.js';
import { applyTheme, readTheme } from './theme.js';
import './styles/base.css';
import './styles/forms.css';
import './styles/layout.css';
import './styles/content.css';

applyTheme(readTheme());
void client.loadSession();
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
