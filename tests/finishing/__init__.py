"""The finishing room, feature by feature, on music made for the purpose."""
