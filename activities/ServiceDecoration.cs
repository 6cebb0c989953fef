using Microsoft.Extensions.DependencyInjection;

namespace PersonalizeConnectors.Activities;

/// <summary>Puts something around services that are registered already.</summary>
internal static class ServiceDecoration
{
    /// <summary>Replaces every singleton of the type by what <paramref name="around"/> makes of it.</summary>
    public static IServiceCollection Decorate<T>(this IServiceCollection services, Func<IServiceProvider, T, T> around)
        where T : class
    {
        for (var i = 0; i < services.Count; i++)
        {
            var inner = services[i];
            if (inner.ServiceType == typeof(T))
            {
                services[i] = ServiceDescriptor.Singleton(provider => around(provider, Create<T>(provider, inner)));
            }
        }

        return services;
    }

    private static T Create<T>(IServiceProvider provider, ServiceDescriptor inner) => (T)(
        inner.ImplementationInstance
        ?? inner.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!));
}
