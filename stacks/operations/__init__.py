"""Operations on stacks: deploy, destroy, protect, follow, recover."""
