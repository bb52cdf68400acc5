/** The page: one inspector that fills the window, or, in a frame of another page, one as high as it needs. */
import './pagePolicy/narrow';
import './embedding/frame';
import './embed';
import { startOffline } from './offline/page';

startOffline();
