"""What a real deployment is made of beside the programs: the bus as RabbitMQ is told of it, and the secrets."""
