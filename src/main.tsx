/** The page: one inspector that fills the window. */
import './embed';
