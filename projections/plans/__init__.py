"""Every plan, compared with what happened."""
