import { createRoot } from 'react-dom/client';
import { Figure } from './Figure';

const root = document.getElementById('root');
if (root) createRoot(root).render(<Figure />);
